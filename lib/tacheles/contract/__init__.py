"""
What a table is: its columns, types, units, key and grain, as plain data (METRICS section 1).

`RECORDS` are what the systems exported, `PLANS` what the team decided; each table also has a name
of its own (`POSTS`, `GOALS` …). Nothing here reads a file or knows an engine.
"""

# Every table is part of this room's door; naming all of them once more would tell nothing.
from tacheles.contract.plans import *  # noqa: F403
from tacheles.contract.records import *  # noqa: F403
from tacheles.contract.table import Column as Column
from tacheles.contract.table import Table as Table
