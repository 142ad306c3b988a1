"""A map of others below ours: off unless asked for, because it needs the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from layoutplan.errors import ConfigError, Finding
from layoutplan.texts import Language, text

_PLACES: Final = ("{z}", "{x}", "{y}")
_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?")
_OPEN_STREET_MAP: Final = ("openstreetmap.org", "openstreetmap.de", "openstreetmap.fr")


@dataclass(frozen=True)
class Tiles:
    """Squares of a map, from one host.

    Parameters
    ----------
    url : str
        Their address, with ``{z}``, ``{x}`` and ``{y}``; ``https``, or ``http`` of a host in the
        own network.

    Raises
    ------
    ConfigError
        When it is no such address.
    """

    url: str

    def __post_init__(self) -> None:
        """Refuse what is no address of tiles, or could end the policy of the page."""
        parts = urlsplit(self.url)
        is_address = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc.lower())
        if not is_address or not all(place in self.url for place in _PLACES):
            raise ConfigError(
                findings=[Finding("map.tiles.template", "error", facts={"url": self.url})]
            )

    @property
    def host(self) -> str:
        """The only place that the page may load images from, as its policy writes it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.lower()}"

    def attribution(self, language: Language) -> str:
        """Return whose map it is, for the foot of the page."""
        name = urlsplit(self.url).netloc.lower().partition(":")[0]
        if name.endswith(_OPEN_STREET_MAP):
            return text("map.tiles.openstreetmap", language)
        return text("map.tiles.other", language, host=name)
