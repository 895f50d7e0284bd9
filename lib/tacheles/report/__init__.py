"""From notebooks to a published quarter: run, page, publish."""

import sys

# a dependency of nbformat's that costs a second to import and serves nothing here
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
