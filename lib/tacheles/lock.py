"""One at a time in a folder, held by the operating system."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from tacheles.errors import TachelesError, shown

FILE = ".lock"


@contextmanager
def only_run(folder: Path, *, busy: str = "another run is publishing here") -> Iterator[None]:
    """
    Hold a folder for this process alone.

    The operating system holds the lock and lets it go when the process ends, however it ends. So a
    lock is never stale: not after a power cut, not if another process got the same id since, and
    not between containers that number their processes alike. The file stays; what it says, the
    owner's process id and the moment it began, is only for the message.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    busy : str
        What is told of another one that holds it.

    Raises
    ------
    TachelesError
        If another run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a+", encoding="utf-8") as file:
        if not _locked(file):
            raise TachelesError(
                f"{shown(folder)}: {busy}",
                _owner(file) or "its process id is not written down yet",
                "wait until it has ended; nothing was changed by this one",
            )
        file.truncate(0)
        began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        file.write(f"process {os.getpid()}, since {began} UTC\n")
        file.flush()
        yield
        file.truncate(0)


def _owner(file: IO[str]) -> str:
    file.seek(0)
    return file.read(200).strip()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[str]) -> bool:
        """Whether the lock is ours now: a byte far behind the text, which stays readable."""
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[str]) -> bool:
        """Whether the lock is ours now."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
