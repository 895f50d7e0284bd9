"""Texts as people read them, without the persons they name by the system's own means."""

import re

#: Stands in a text where somebody was mentioned.
MEMBER = "@member"

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def without_addresses(text: str) -> str:
    """A text in which no mail address is left."""
    return _MAIL.sub("[mail]", text)
