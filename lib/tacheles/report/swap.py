"""Put a finished folder in the place of the last one: whole or not at all, whatever ends us."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged(final: Path) -> Iterator[Path]:
    """
    A folder to build in, which takes the place of `final` if nothing fails.

    Call it while the lock is held: then what lies there of an earlier run is of a dead one.

    Parameters
    ----------
    final : Path
    """
    staging = final.with_name(f".{final.name}.new")
    try:
        staging.mkdir(parents=True)
        yield staging
        _flush(staging)  # or a power cut after the renames would leave names without contents
        _swap(staging, final)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        heal(final.parent)
        raise


def heal(folder: Path) -> None:
    """
    Put right what a killed run left: the last report back in its place, half-made ones away.

    Call it while the lock is held.

    Parameters
    ----------
    folder : Path
        The community's folder of reports.
    """
    for staging in folder.glob(".*.new"):
        if staging.is_dir():
            shutil.rmtree(staging, ignore_errors=True)
        else:
            staging.unlink()
    for old in folder.glob(".*.old"):
        final = old.with_name(old.name[1:].removesuffix(".old"))
        if final.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(final)


def needs_healing(folder: Path) -> bool:
    """Whether a killed run left something, or a run is at work."""
    return any(folder.glob(".*.new")) or any(folder.glob(".*.old"))


def _swap(staging: Path, final: Path) -> None:
    """Two renames; :func:`heal` mends a kill between them."""
    old = final.with_name(f".{final.name}.old")
    if final.exists():
        final.rename(old)
    staging.rename(final)
    _flush_names(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Wait until all that is in the folder is on the disk."""
    for path in folder.rglob("*"):
        if path.is_dir():
            _flush_names(path)
        else:
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    _flush_names(folder)


def _flush_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no call for it."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
