from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader

from config.migration_exceptions import BASELINE, EXCEPTIONS
from config.migration_locks import ADVICE, findings


class Command(BaseCommand):
    help = (
        "Reads the SQL of each migration newer than the baseline and names what would keep writers waiting, or what the"
        " version before could not live with. Exit code 1 when something is not excused in config/migration_exceptions.py."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong, excused = [], dict(EXCEPTIONS)
        count = 0
        for key, codes in self._checked():
            count += 1
            allowed = excused.pop(key, {})
            wrong += [f"{key[0]} {key[1]}: {said}" for code, said in codes if code not in allowed]
            wrong += [
                f"{key[0]} {key[1]}: {code} is excused and does not occur. Take it out of the list."
                for code in allowed
                if code not in {found for found, _ in codes}
            ]
        wrong += [f"{key[0]} {key[1]} is excused and is not there." for key in excused]
        for each in wrong:
            self.stderr.write(each)
        if wrong:
            raise CommandError(f"{len(wrong)} findings. Change the migration, or excuse it with a reason.")
        self.stdout.write(f"{count} migrations newer than the baseline keep nobody waiting.")

    def _checked(self) -> Iterator[tuple[tuple[str, str], list[tuple[str, str]]]]:
        """The steps that a database in use takes, not those that are squashed for a new one. One state of the models goes
        along: to make it anew for each migration would take a second each."""
        loader = MigrationLoader(None, replace_migrations=False)
        leaves = set(loader.graph.leaf_nodes()) - set(loader.replacements)
        targets = [key for key in sorted(leaves) if key[0] in BASELINE]
        plan = list(dict.fromkeys(node for target in targets for node in loader.graph.forwards_plan(target)))
        old = {
            node for app, name in BASELINE.items() if name for node in loader.graph.forwards_plan((app, name))
        }
        state = loader.project_state([(app, name) for app, name in BASELINE.items() if name])
        for node in plan:
            migration = loader.graph.nodes[node]
            if node in old or self._in_state(node, state):
                continue
            editor = connection.schema_editor(collect_sql=True, atomic=False)
            with editor:
                state = migration.apply(state, editor, collect_sql=True)
            if node[0] in BASELINE:
                found = [(each.code, str(each)) for each in findings(editor.collected_sql)]
                yield node, found + list(self._code_run(migration))

    def _in_state(self, node: tuple[str, str], state: Any) -> bool:
        return node[0] not in BASELINE and any(app == node[0] for app, _ in state.models)

    def _code_run(self, migration: Migration) -> Iterator[tuple[str, str]]:
        for operation in migration.operations:
            if isinstance(operation, RunPython):
                yield (
                    "data",
                    f"data: RunPython {getattr(operation.code, '__name__', '')}\n    {ADVICE['data']}",
                )
