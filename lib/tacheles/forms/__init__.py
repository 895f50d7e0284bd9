"""
Forms for a notebook: edit what the team decided, try assumptions, label texts, publish.

They write plans, and a run reads plans: no result depends on what a form shows. A report never
imports them. :func:`edit` is the table editor, every other form is for one task.
"""

from tacheles.forms.community import community as community
from tacheles.forms.table import edit as edit
