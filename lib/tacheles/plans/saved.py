"""A file that others change too: replaced whole, and only if it is still what one has seen."""

import os
import shutil
from pathlib import Path

from tacheles import lock
from tacheles.errors import TachelesError, shown, unreadable


class ChangedMeanwhileError(TachelesError):
    """
    Somebody else has saved the file since it was read; nothing was written.

    Parameters
    ----------
    path : Path
    theirs : bytes or None
        What the file holds now; None: it is gone.
    """

    def __init__(self, path: Path, theirs: bytes | None) -> None:
        super().__init__(
            f"{shown(path)}: somebody else has changed it meanwhile",
            "another version than the one that was opened",
            "look at both versions, then decide; nothing was overwritten",
        )
        self.theirs = theirs


def content_of(path: Path) -> bytes | None:
    """What a file holds; None if it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, "cannot be read", error) from None


def replace(path: Path, seen: bytes | None, content: bytes) -> None:
    """
    Put a new content in the place of the one that was seen: whole, or not at all.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there; a link is followed.
    seen : bytes or None
        What the file held when it was read; None: there was no file.
    content : bytes

    Raises
    ------
    ChangedMeanwhileError
        If the file holds something else by now.
    TachelesError
        If it cannot be written, or somebody is saving in this very moment.

    Notes
    -----
    The new content is written beside the file and down to the disk, then renamed: whoever reads
    meanwhile, or whatever ends us, finds the old file or the new one.
    """
    target = path.resolve()
    staging = target.with_name(f".{target.name}.new")
    try:
        with lock.only_run(target.parent, busy="somebody else is saving here at this moment"):
            now = content_of(target)
            if now != seen:
                raise ChangedMeanwhileError(path, now)
            _write(staging, content)
            if now is not None:
                shutil.copymode(target, staging)
            staging.replace(target)
            _settle(target.parent)
    except OSError as error:
        raise TachelesError(
            f"{shown(path)}: cannot be written",
            str(error.strerror or error),
            "make room or allow writing there, then save again; the old file is still there",
        ) from None


def _write(path: Path, content: bytes) -> None:
    """A file whose content is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The renaming too is on the disk; where a folder cannot be opened, the system sees to it."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
