"""Loops that numba compiles: plain arrays in, plain arrays out, all times int64 or int32.

Each file is named as that whose steps it stands in for. Importing any needs numba. A kernel is
compiled when it is called first, which takes a second or so; numba keeps the outcome for later runs
beside the file, or in the user's cache folder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """Return a function that is compiled when it is called first, and lets other threads run."""
    return cast("Kernel", numba.njit(cache=True, nogil=True)(kernel))
