"""Every string a reader meets is in the catalogue, and the catalogue holds nothing else."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from tacheles import ROOT

CATALOGUES = sorted((ROOT / "lib" / "tacheles" / "locale").glob("*.po"))


def test_german_is_there():
    assert "de" in [path.stem for path in CATALOGUES]


def test_no_message_is_missing_unused_or_untranslated():
    check = [sys.executable, ROOT / ".ci" / "messages.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert "" == done.stdout + done.stderr
    assert 0 == done.returncode


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_has_the_placeholders_of_its_message(path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for one, other in zip(ids, strings, strict=True):
            assert sorted(re.findall(r"{\w+}", one)) == sorted(re.findall(r"{\w+}", other))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translated_heading_stays_a_heading(path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    for message in catalogue:
        if str(message.id).startswith("#"):
            depth = len(re.match("#+ ", str(message.id))[0])
            assert message.string[:depth] == str(message.id)[:depth]
            assert message.string.partition("\n")[0].endswith("?")
