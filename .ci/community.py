"""
Write what templates/community tells of the contracts: plans' headers, the README's list of columns.

With `--check`, write nothing and exit with 1 if a file is stale.
"""

import sys
from pathlib import Path

from tacheles.contract import PLANS, RECORDS, Column, Table

COMMUNITY = Path(__file__).resolve().parents[1] / "templates" / "community"

#: What follows in the README is made here.
MARK = "<!-- From here on written by .ci/community.py from the contracts. -->\n"


def files() -> dict[Path, str]:
    """Each file with what it should hold."""
    headers = {
        COMMUNITY / "plans" / f"{table.name}.csv": ",".join(c.name for c in table.columns) + "\n"
        for table in PLANS.values()
    }
    readme = COMMUNITY / "README.md"
    by_hand = readme.read_text(encoding="utf-8").partition(MARK)[0]
    return headers | {readme: by_hand + MARK + "\n" + columns()}


def columns() -> str:
    """The list of all tables with their columns."""
    parts = ["## Columns of the plans\n", *map(described, PLANS.values())]
    parts += ["## Columns of the records\n", *map(described, RECORDS.values())]
    return "\n".join(parts)


def described(table: Table) -> str:
    """A table with its grain, columns and key."""
    snapshots = [column.name for column in table.columns if column.is_snapshot]
    return (
        f"### {table.name}: {table.grain}\n\n"
        f"{', '.join(map(_described, table.columns))}.\n\n"
        f"Occurs once: {' + '.join(table.key)}."
        + (f" As exported, also for past quarters: {', '.join(snapshots)}." if snapshots else "")
        + "\n"
    )


def _described(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    if column.allowed:
        return f"{name} {{{', '.join(map(str, column.allowed))}}}"
    return f"{name} ({column.type}{', ' + column.unit if column.unit else ''})"


if __name__ == "__main__":
    if "--check" in sys.argv:
        stale = [
            path
            for path, text in files().items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        raise SystemExit("\n".join(map(str, stale)) or 0)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
