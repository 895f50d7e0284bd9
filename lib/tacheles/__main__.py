"""`python -m tacheles` is the command `tacheles`."""

from tacheles.cli import main

raise SystemExit(main())
