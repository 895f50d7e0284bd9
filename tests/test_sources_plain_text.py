"""What is taken out of texts."""

import pytest

from tacheles.sources import plain_text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to jo.doe+x@mail.example.org.", "write to [mail]."),
        ("a@b.de,c_d@e-f.com", "[mail],[mail]"),
        ("user@host has no domain, @name is no address", None),
        ("", None),
    ],
)
def test_mail_addresses_are_taken_out_of_a_text(text, left):
    assert (text if left is None else left) == plain_text.without_addresses(text)
