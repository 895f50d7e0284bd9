"""
Forms for a notebook: edit what the team decided, try assumptions, label texts, publish.

They write plans, and a run reads plans: no result depends on what a form shows. A report never
imports them. :func:`edit` is the table editor, every other form is for one task.
"""

from tacheles.forms.assumptions import assumptions as assumptions
from tacheles.forms.community import community as community
from tacheles.forms.label import label as label
from tacheles.forms.overlap import overlap as overlap
from tacheles.forms.publish import publish as publish
from tacheles.forms.shared_kpi import shared_kpi as shared_kpi
from tacheles.forms.table import edit as edit
