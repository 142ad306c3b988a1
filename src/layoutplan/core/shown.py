"""Which counts of pupils may be shown, and how one that may not reads."""

from __future__ import annotations

from typing import Final

LEAST_SHOWN: Final = 5
"""The smallest count of pupils that a public edition shows."""

HIDDEN: Final = f"<{LEAST_SHOWN}"
"""How a hidden count reads, in every language."""


def shown(pupils: float, *, is_public: bool) -> str:
    """Return a number of pupils as it is said in a sentence, with its thousands apart.

    Examples
    --------
    >>> shown(3, is_public=True), shown(3, is_public=False), shown(1234, is_public=True)
    ('<5', '3', '1,234')
    """
    if is_public and 0 < pupils < LEAST_SHOWN:
        return HIDDEN
    return f"{pupils:,.0f}"
