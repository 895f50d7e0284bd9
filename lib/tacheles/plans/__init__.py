"""
The plans as files: read as text, changed cell by cell, written whole or not at all.

`sheet` is the text of one plan, `draft` what somebody is changing in it, `saved` how it gets into
its file, `settings` the same for `community.toml`. Whoever only wants to read asks the workbook.
"""

from tacheles.plans.draft import Difference as Difference
from tacheles.plans.draft import Draft as Draft
from tacheles.plans.draft import Row as Row
from tacheles.plans.saved import ChangedMeanwhileError as ChangedMeanwhileError
from tacheles.plans.saved import content_of as content_of
from tacheles.plans.saved import replace as replace
from tacheles.plans.settings import SettingsDraft as SettingsDraft
from tacheles.plans.sheet import Sheet as Sheet
