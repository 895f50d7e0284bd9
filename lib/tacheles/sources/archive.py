"""
The JSON files of an export, in a folder or in the zip file as it was downloaded.

Whatever is damaged, missing or of another shape is told with the file and the place in it.
"""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from tacheles.errors import TachelesError, shown, unreadable

#: What reading a damaged, locked or vanished file can raise; JSON and its encoding: ValueError.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_UTF8_NAME = 0x800
_LARGEST = 2**63


@dataclass(frozen=True)
class Item:
    """
    An object in a JSON file, and where it stands for the person who has to mend it.

    Parameters
    ----------
    values : dict
        Its attributes.
    where : str
        File and place.
    """

    values: dict[str, Any]
    where: str

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def __getitem__(self, name: str) -> Any:
        """An attribute that every object of its kind has; it may be empty."""
        if name not in self.values:
            there = ", ".join(filter(str.isprintable, sorted(self.values)))
            raise TachelesError(
                f"{self.where}: the attribute {name} is missing",
                f"attributes {there or 'none'}",
                "this is not a file of such an export, or it was changed; export it again",
            )
        return self.values[name]

    def identity(self, name: str) -> str:
        """An id, written as a text or as a number."""
        value = self[name]
        is_id = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
        if not is_id or not str(value).isprintable():
            raise self._wrong(name, "not an id", "an id is a text or a whole number")
        return str(value)

    def optional_identity(self, name: str) -> str | None:
        """An id, if there is one."""
        return self.identity(name) if name in self else None

    def moment(self, name: str, read: Callable[[Any], datetime], example: str) -> datetime:
        """A moment as the system writes it, in UTC without an offset."""
        value = self[name]
        try:
            return read(value)
        except (ValueError, TypeError, OverflowError):
            raise self._wrong(name, "not a date", f"a date is like {example}") from None

    def text(self, name: str) -> str:
        """A text; empty if there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def count(self, name: str) -> int | None:
        """A whole number from 0 up, if there is one."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if 0 <= value < _LARGEST else None

    def has(self, name: str) -> bool:
        """Whether it is said to be so."""
        return self.values.get(name) is True

    def number(self, name: str) -> int:
        """A whole number from 0 up."""
        self[name]  # told if it is missing
        number = self.count(name)
        if number is None:
            raise self._wrong(name, "not a whole number", "it is like 1")
        return number

    def item(self, name: str) -> "Item":
        """The object in an attribute."""
        value = self[name]
        if not isinstance(value, dict):
            raise self._wrong(name, "not an object", "an object is like {…}")
        return Item(value, f"{self.where}, {name}")

    def items(self, name: str) -> "list[Item]":
        """The objects in an attribute; none if it is not there."""
        return items(self.values.get(name) or [], f"{self.where}, {name}")

    def _wrong(self, name: str, problem: str, shape: str) -> TachelesError:
        return TachelesError(
            f"{self.where}, {name}: {problem}",
            _short(self.values[name]),
            f"{shape}; export it again",
        )


def items(content: Any, where: str) -> list[Item]:
    """
    The objects of a list.

    Raises
    ------
    TachelesError
        If it is no list, or something else than an object is in it.
    """
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise TachelesError(
            f"{where}: not a list of objects",
            _short(content),
            "this is not a file of such an export, or it was changed; export it again",
        )
    return [Item(one, f"{where}, entry {number}") for number, one in enumerate(content, 1)]


@dataclass(frozen=True)
class Archive:
    """
    The JSON files of an export.

    Parameters
    ----------
    path : Path
        The folder or the zip file.
    files : dict of callable
        By the name within it, what reads a file's bytes.
    """

    path: Path
    files: dict[str, Callable[[], bytes]]

    def where(self, name: str) -> str:
        """A file as a message names it."""
        return shown(self.path / name)

    def json(self, name: str) -> Any:
        """
        What a file holds.

        Raises
        ------
        TachelesError
            If it is no JSON, or damaged.
        """
        try:
            raw = self.files[name]()
            content = json.loads(raw)
            if re.search(rb"\\u[dD][89a-fA-F]", raw):  # half of such a pair alone is no text
                whole = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
                content = json.loads(whole)
        except _DAMAGE as error:
            raise unreadable(self.path / name, "not readable as JSON", error) from None
        return content


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """
    The JSON files of a folder or a zip file.

    Raises
    ------
    TachelesError
        If it is neither, or a zip file that was cut off.
    """
    if path.is_dir():
        paths = (file for file in path.rglob("*.json") if file.is_file())
        named = {file.relative_to(path).as_posix(): file.read_bytes for file in paths}
        yield Archive(path, _sorted(named))
        return
    try:
        packed = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise TachelesError(
            f"{shown(path)}: neither a folder nor a readable zip file",
            str(error).rstrip("."),
            "name the zip file as it was downloaded, or the folder into which it was unpacked; "
            "if it was cut off, download it again",
        ) from None
    with packed:
        yield Archive(
            path, _sorted({_name(info): partial(packed.read, info) for info in packed.infolist()})
        )


def _sorted(files: dict[str, Callable[[], bytes]]) -> dict[str, Callable[[], bytes]]:
    """JSON files by name, without the shadows that macOS puts beside each."""
    return {
        name: files[name]
        for name in sorted(files)
        if name.endswith(".json") and not PurePosixPath(name).name.startswith("._")
    }


def _name(info: zipfile.ZipInfo) -> str:
    """A name in a zip file; some writers use UTF-8 and do not say so."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _short(value: Any) -> str:
    """A value for a message, not longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
