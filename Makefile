# Two commands: `make run` and `make test`. Each installs what it needs into .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

ifeq ($(shell command -v $(PYTHON)),)
$(error $(PYTHON) was not found. Install it: sudo apt-get install python3 python3-venv)
endif

BOOTSTRAP := $(PYTHON) -I config/local/bootstrap.py
# For commands that read the settings and need no engine.
OFFLINE := PILOTAGE_ENV=test
# Each of a dozen processes would compile Django anew, and a bench would measure the compiler: 70 MB of it for the price list.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check fuzz fix bench simulate image sbom docs chaos lock packages

help: ## this list
	@echo "make COMMAND, where COMMAND is one of"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

run: ## start everything here and stay until Ctrl-C (PORT=8001, DEMO=0, DATABASE_URL=…, REDIS_URL=…, PILOTAGE_LOCAL_MODEL=off)
	@$(BOOTSTRAP) run

test: ## all tests, on engines of their own (ARGS="tests/pilots -k sign")
	@$(BOOTSTRAP) test $(ARGS)

check: packages ## style, types, layers, migrations, templates, and the API against its own document
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(OFFLINE) $(BIN)/mypy
	$(BIN)/lint-imports
	$(OFFLINE) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.migrations
	$(BIN)/djlint --lint accounts config pilots evaluations
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/python requirements/audit.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir var/site
	$(BIN)/python -m tests.fuzz --examples 2

fuzz: packages ## requests made up from the OpenAPI document, held to what it promises (ARGS="--examples 200")
	$(BIN)/python -m tests.fuzz --examples 20 $(ARGS)

fix: packages ## put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: packages ## measure speed
	$(BIN)/python -m tests.bench $(ARGS)

simulate: packages ## hold the judgement to its error budget on simulated pilots
	$(BIN)/python -m tests.simulation $(ARGS)

image: packages ## build docker/Dockerfile without a container engine and run every part of it (as root; buildah, debootstrap)
	$(BIN)/python docker/check.py

sbom: packages ## what the image is made of, as CycloneDX, into var/sbom.json
	@mkdir -p var
	.uv/bin/uv run --quiet --no-project --isolated --with-requirements requirements/sbom.txt cyclonedx-py requirements --output-reproducible --of JSON -o var/sbom.json requirements/base.txt
	@echo "var/sbom.json"

docs: packages ## the documents as a site, into var/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir var/site

chaos: packages ## faults on purpose; the table goes into docs/reliability.md and var/chaos.json (ARGS="--only postgres")
	$(BIN)/python -m tests.chaos $(ARGS)

lock: packages ## recompile the lock files from pyproject.toml
	requirements/compile.sh

packages:
	@$(BOOTSTRAP) dev
