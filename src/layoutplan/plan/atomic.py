"""Write a set of files into a folder whole or not at all, whenever the process may die.

All files are first written into a hidden folder inside the target. One rename of that folder is
the moment from which the new set counts. Then the files move to their places one by one; where
that was interrupted, the next reader or writer carries it to its end.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from layoutplan.errors import Finding, LayoutPlanError

if sys.platform != "win32":
    import fcntl

RECORD: Final = "plan.json"  # moves last: it says which files belong together
_STAGING: Final = ".layoutplan-staging-"
_COMMITTED: Final = ".layoutplan-committed"
_REPLACED: Final = ".layoutplan-replaced"  # in a committed set: names of files that it replaces
_WAIT_SECONDS: Final = 30.0  # writing a large plan takes a few seconds
_POLL_SECONDS: Final = 0.05

Writers = Mapping[str, Callable[[Path], None]]
"""File name -> what writes this file at the path that it is given."""


def write_files(folder: Path, writers: Writers, *, replaces: Iterable[str] = ()) -> None:
    """Write all files of a set into `folder`, or none.

    A process killed at any point leaves the older set or the new one, as :func:`recover` finds
    it, and never half a file. Files of the older set that its record lists, that nobody has
    changed since and that the new set lacks, are removed; all else in `folder` stays.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    writers : Mapping
        Called in this order, the one of ``plan.json`` last: it finds the other files beside it.
    replaces : iterable of str
        Names of files that the set makes untrue: they are removed with the older set.

    Raises
    ------
    LayoutPlanError
        When the disk is full, writing is not permitted, `folder` is a file, or another process
        is writing there.
    """
    with plain_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            recover(folder)
            staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))
            try:
                _stage(staging, writers, sorted(set(replaces) - set(writers)))
                _refuse_folders_in_the_way(folder, staging)
                staging.rename(folder / _COMMITTED)
            except BaseException:
                shutil.rmtree(staging, ignore_errors=True)
                raise
            _sync_folder(folder)
            recover(folder)


def require_writable(folder: Path) -> None:
    """Raise where `folder` plainly cannot be written: before long work, not after. Makes nothing.

    Raises
    ------
    LayoutPlanError
        When it is a file or lies below one, or writing is not permitted.
    """
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    with plain_errors(folder):
        if not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def recover(folder: Path) -> None:
    """Finish what an interrupted writer had committed, and discard what it had not.

    The caller holds the lock of `folder`.
    """
    for staging in folder.glob(f"{_STAGING}*"):
        shutil.rmtree(staging, ignore_errors=True)  # a folder that may only be read is readable
    committed = folder / _COMMITTED
    if not committed.is_dir():
        return
    if (committed / RECORD).is_file():
        for stale in _stale(folder, committed):
            stale.unlink()
    replaced = committed / _REPLACED
    for name in replaced.read_text(encoding="utf-8").split() if replaced.is_file() else ():
        if (folder / name).is_file():
            (folder / name).unlink()
    files = [file for file in committed.iterdir() if file != replaced]
    for file in sorted(files, key=lambda file: file.name == RECORD):
        file.replace(folder / file.name)
    _sync_folder(folder)
    replaced.unlink(missing_ok=True)
    committed.rmdir()


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process alone; the system lets go when the process dies.

    Where the system or the file system has no such locks, nothing is held: a set is still written
    whole, only two writers at the same moment are not kept apart.

    Raises
    ------
    LayoutPlanError
        When another process holds it for longer than writing takes.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait_for(handle, folder)
        yield
    finally:
        os.close(handle)


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says about `folder` into words a planner understands."""
    try:
        yield
    except OSError as error:
        facts = {"folder": str(folder), "reason": error.strerror or str(error)}
        rule = _RULES.get(error.errno or 0, "store.failed")
        raise LayoutPlanError(findings=[Finding(rule, "error", facts=facts)]) from error


_RULES: Final = {
    errno.ENOSPC: "store.disk_full",
    errno.EDQUOT: "store.disk_full",
    errno.EACCES: "store.not_allowed",
    errno.EPERM: "store.not_allowed",
    errno.EROFS: "store.not_allowed",
    errno.EEXIST: "store.not_a_folder",
    errno.ENOTDIR: "store.not_a_folder",
    errno.EISDIR: "store.folder_in_the_way",
}


if sys.platform != "win32":

    def _wait_for(handle: int, folder: Path) -> None:
        """Lock an open folder, waiting while another process holds it."""
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > until:
                    facts = {"folder": str(folder)}
                    finding = Finding("store.busy", "error", facts=facts)
                    raise LayoutPlanError(findings=[finding]) from error
                time.sleep(_POLL_SECONDS)
            except OSError as error:
                if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EBADF):
                    return
                raise
            else:
                return


def _stage(staging: Path, writers: Writers, replaced: list[str]) -> None:
    """Write every file into the hidden folder, down to the disk."""
    for name in sorted(writers, key=lambda name: name == RECORD):
        writers[name](staging / name)
    if replaced:
        (staging / _REPLACED).write_text("\n".join(replaced), encoding="utf-8")
    for file in staging.iterdir():
        with file.open("rb+") as content:
            os.fsync(content.fileno())
    _sync_folder(staging)


def _refuse_folders_in_the_way(folder: Path, staging: Path) -> None:
    """Raise where a folder has the name of a file of the set: after the commit it is too late."""
    for file in staging.iterdir():
        if (folder / file.name).is_dir():
            raise IsADirectoryError(errno.EISDIR, file.name)


def _stale(folder: Path, committed: Path) -> list[Path]:
    """Return the unchanged files of the older set that are not of the committed one.

    The records are compared, not what is still to be moved: some files may already be in place.
    """
    new = _listed(committed / RECORD)
    return [
        folder / name
        for name, sha256 in _listed(folder / RECORD).items()
        if Path(name).name == name
        and name not in new
        and (folder / name).is_file()
        and sha256_of(folder / name) == sha256
    ]


def _listed(record: Path) -> dict[str, str]:
    """Return the files that a record lists, none where there is no record of ours."""
    try:
        return dict(json.loads(record.read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _sync_folder(folder: Path) -> None:
    """Bring names in `folder` down to the disk, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
