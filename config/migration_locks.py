"""What a migration does to tables that are in use: statements that keep writers waiting for longer than an instant, and those
that processes of the version before cannot live with. By the SQL, since that is what the database does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NAME = r'(?:IF (?:NOT )?EXISTS )?(?:ONLY )?(?:"?public"?\.)?"?(?P<table>\w+)"?'
VOLATILE = r"random\(|gen_random_uuid\(|uuid_generate|clock_timestamp\(|nextval\(|timeofday\("
ADVICE = {
    "not_null": "the old version inserts rows without it: give the field a db_default, or let it be null",
    "default_dropped": "the old version inserts rows without it: give the field a db_default, so that the default stays",
    "rewrite": "every row is written anew under a lock: add it empty, and fill it in batches",
    "set_not_null": "every row is read under a lock: add a check NOT VALID, validate it in the next migration, then set it",
    "type": "every row may be written anew under a lock: add another column and change over",
    "index": "nobody writes meanwhile: AddIndexConcurrently, in a migration with atomic = False",
    "unique": "nobody writes meanwhile: build the index concurrently, then add the constraint USING INDEX",
    "constraint": "every row is read under a lock: AddConstraintNotValid, and ValidateConstraint in the next migration",
    "validated_too_soon": "the lock of what was altered before is held meanwhile: validate in a migration of its own",
    "taken_away": "processes of the version before still use it: take it out of the code in one release, drop it in the next",
    "data": "rows are changed in the migration: do it in batches that can be cut off and go on, and say here how",
}


@dataclass(frozen=True)
class Finding:
    code: str
    statement: str

    def __str__(self) -> str:
        return f"{self.code}: {self.statement}\n    {ADVICE[self.code]}"


def findings(statements: Iterable[str]) -> list[Finding]:
    """Of one migration, in order. What it makes itself nobody uses yet."""
    made: set[str] = set()
    altered: set[str] = set()
    found: list[Finding] = []
    for statement in _single(statements):
        if created := re.match(rf"CREATE (?:UNLOGGED )?TABLE {NAME}", statement):
            made.add(created["table"])
            continue
        table = _table(statement)
        if table is None or table in made:
            continue
        found += [
            Finding(code, statement[:200]) for code in _codes(statement, altered_before=table in altered)
        ]
        if statement.startswith("ALTER TABLE"):
            altered.add(table)
    return found


def _single(statements: Iterable[str]) -> Iterator[str]:
    """One statement each, on one line. The bodies of functions are not run now."""
    for each in statements:
        text = re.sub(r"\$(\w*)\$.*?\$\1\$", "''", each, flags=re.DOTALL)
        text = re.sub(r"--[^\n]*", "", text)
        for part in text.split(";"):
            if part.strip():
                yield " ".join(part.split())


def _table(statement: str) -> str | None:
    found = (
        re.match(rf"(?:ALTER|DROP) TABLE {NAME}", statement)
        or re.match(rf"CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?[^(]+? ON {NAME}", statement)
        or re.match(rf"(?:UPDATE|DELETE FROM|INSERT INTO) {NAME}", statement)
    )
    return found["table"] if found else None


def _codes(statement: str, *, altered_before: bool) -> Iterator[str]:
    said = statement.upper()
    if "ADD COLUMN" in said:
        yield from _column(statement)
    elif re.search(r"ADD CONSTRAINT \S+ (UNIQUE|EXCLUDE|PRIMARY KEY)", said) and "USING INDEX" not in said:
        yield "unique"
    elif re.search(r"ADD CONSTRAINT \S+ (CHECK|FOREIGN KEY)", said) and not said.endswith("NOT VALID"):
        yield "constraint"
    elif "VALIDATE CONSTRAINT" in said and altered_before:
        yield "validated_too_soon"
    if re.search(r"ALTER COLUMN \S+ SET NOT NULL", said):
        yield "set_not_null"
    if re.search(r"ALTER COLUMN \S+ DROP DEFAULT", said):
        yield "default_dropped"
    if re.search(r"ALTER COLUMN \S+ (SET DATA )?TYPE ", said):
        yield "type"
    if re.match(r"CREATE (UNIQUE )?INDEX ", said) and "INDEX CONCURRENTLY" not in said:
        yield "index"
    if re.search(r"^DROP TABLE|DROP COLUMN|RENAME (COLUMN|TO|CONSTRAINT)", said):
        yield "taken_away"
    if re.match(r"(UPDATE|DELETE FROM|INSERT INTO) ", said):
        yield "data"


def _column(statement: str) -> Iterator[str]:
    said = statement.upper()
    if "NOT NULL" in said and "DEFAULT" not in said and "GENERATED" not in said:
        yield "not_null"
    if re.search(VOLATILE, statement, re.IGNORECASE) or "GENERATED" in said or re.search(r"\bSERIAL\b", said):
        yield "rewrite"
    if " REFERENCES " in said or " UNIQUE" in said:
        yield "constraint" if " REFERENCES " in said else "unique"
