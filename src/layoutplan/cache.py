"""Arrays that are kept from one run to the next, in the user's cache folder.

An entry is worked out from its name alone: whoever keeps one puts everything that it depends on
into the name. So an entry can be lost at any moment, and never has to be brought up to date.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from platformdirs import user_cache_path

FOLDER_VARIABLE: Final = "LAYOUTPLAN_CACHE"  # another folder, or "off" for none
LARGEST_BYTES: Final = 2 * 2**30  # of all entries together; the longest unused go first

_SUFFIX = ".layoutplan.npz"  # of our own, as nothing else in the folder is ever removed
_ASIDE = "."  # how the name of an entry begins that is being written
_HALF_WRITTEN_SECONDS = 24 * 3600  # by then whoever wrote aside has been killed

# What the zip module raises on bytes that are no archive of its own.
_DAMAGED = (
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def cache_folder() -> Path | None:
    """Return where entries are kept, None where the user wants none kept."""
    asked = os.environ.get(FOLDER_VARIABLE, "")
    if asked.lower() == "off":
        return None
    if asked:
        return Path(asked)
    usual = user_cache_path("layoutplan", appauthor=False)
    return usual if usual.is_absolute() else None  # a user without a home


def entry_name(kind: str, parts: Iterable[bytes | str]) -> str:
    """Return the name of an entry that depends on `parts`, in their order.

    Parameters
    ----------
    kind : str
        What it is, with a number that changes when its making does: such as ``"roads-1"``.
    parts : iterable of bytes or str
        All that it depends on.
    """
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return f"{kind}-{digest.hexdigest()}"


def recall(name: str) -> dict[str, NDArray[np.generic]] | None:
    """Return the arrays kept under `name`; None where there are none, or they are damaged.

    Every array has a checksum in the file, which is compared before the array is looked at, and
    nothing but plain arrays is ever read.
    """
    folder = cache_folder()
    if folder is None:
        return None
    path = folder / (name + _SUFFIX)
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {key: _array(archive.read(key)) for key in archive.namelist()}
    except _DAMAGED:
        return None
    with suppress(OSError):  # of a folder that may only be read
        os.utime(path)
    return arrays


def keep(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Keep arrays under `name`, whole or not at all; without a place to keep them, do nothing.

    Written aside and renamed, so two processes at once each see a whole entry.

    Raises
    ------
    ValueError
        When an array holds anything but numbers and text.
    """
    folder = cache_folder()
    if folder is None:
        return
    with suppress(OSError):  # a full or read-only disk costs the next run some seconds, no more
        folder.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=folder, prefix=_ASIDE, suffix=_SUFFIX)
        try:
            with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
                for key, array in arrays.items():
                    with archive.open(key, "w", force_zip64=True) as member:
                        npy.write_array(member, np.asarray(array), allow_pickle=False)
            Path(aside).replace(folder / (name + _SUFFIX))
        finally:
            Path(aside).unlink(missing_ok=True)
        _make_room(folder)


def _array(content: bytes) -> NDArray[np.generic]:
    """Return the array in the bytes of a .npy file."""
    return np.asarray(npy.read_array(BytesIO(content), allow_pickle=False))


def _make_room(folder: Path) -> None:
    """Remove what was left half written, and of the entries the longest unused ones.

    What other processes remove meanwhile is none of its business.
    """
    sizes: list[tuple[float, int, Path]] = []
    for path in folder.glob("*" + _SUFFIX):
        with suppress(FileNotFoundError):
            stat = path.stat()
            if not path.name.startswith(_ASIDE):
                sizes.append((stat.st_mtime, stat.st_size, path))
            elif stat.st_mtime < time.time() - _HALF_WRITTEN_SECONDS:
                path.unlink()
    room = LARGEST_BYTES
    for _, size, path in sorted(sizes, reverse=True):
        room -= size
        if room < 0:
            path.unlink(missing_ok=True)
