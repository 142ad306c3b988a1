"""A page in one file: whatever folium would load from elsewhere is put in, or left out."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from branca.element import Element, Figure, Link

from layoutplan.errors import ConfigError, Finding
from layoutplan.texts import LANGUAGES, text

_ASSETS: Final = files("layoutplan.report") / "assets"

# What folium links to, by the part of the address that does not change with its version.
VENDORED: Final = {
    "/leaflet.js": "vendor/leaflet.js",
    "/leaflet.css": "vendor/leaflet.css",
}
LEFT_OUT: Final = {
    "/jquery": "only used by folium.Icon, legends and keep_in_front; the page does without",
    "/bootstrap": "only styles popups of other plugins",
    "/leaflet.awesome-markers": "only for folium.Icon",
    "/leaflet.awesome.rotate": "only for folium.Icon",
    "/all.min.css": "Font Awesome, only for folium.Icon",
}

_NOTEBOOK_HEIGHT: Final = "640px"  # title, legend and map at once on a projector

# Elements that make a browser fetch something; data: and # stay in the page.
_FETCHES: Final = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*?"""
    r"""\b(?:src|href|data)\s*=\s*["']?(?!data:|\#)([^"'\s>]+)""",
    re.IGNORECASE,
)
# The browser's own promise: whatever the page holds, it may load nothing and send nothing.
_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:{image_host}\">"
)
_DATA: Final = '<script type="application/json" id="lp-data"{}>{}</script>'
_STYLE_IMAGE: Final = re.compile(r"url\((images/[\w.-]+)\)")


class Verbatim(Element):
    """Text that goes into the page as it is: other elements of branca are Jinja templates."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self._text = text

    def render(self, **_: object) -> str:
        """Return the text."""
        return self._text


class PageLayer(Element):
    """One element of a folium map with all that a page of ours has around it.

    Parameters
    ----------
    scripts, styles : sequences of str
        Names of assets that go into the head.
    body : str
        HTML of the panels, safe already.
    data_json : str
        What the scripts draw, from :func:`layoutplan.report.payload.to_json`.
    start : str
        Name of the function that draws it, such as ``"layoutplan.show"``.
    is_packed : bool
        Whether the data go into the page packed by gzip, for scripts that can unpack them.
    """

    def __init__(
        self,
        *,
        scripts: Sequence[str],
        styles: Sequence[str],
        body: str,
        data_json: str,
        start: str,
        is_packed: bool = False,
    ) -> None:
        super().__init__()
        self._name = "PageLayer"
        self._is_packed = is_packed
        self._scripts, self._styles = tuple(scripts), tuple(styles)
        self._body, self._data_json, self._start = body, data_json, start

    def render(self, **_: object) -> str:
        """Add the parts to the page around the map; nothing is left for the place of the element.

        Raises
        ------
        TypeError
            When it is not part of a map.
        """
        figure, its_map = self.get_root(), self._parent
        if not isinstance(figure, Figure) or its_map is None:
            raise TypeError("a PageLayer must be added to a map before it is rendered")
        for name in self._scripts:
            figure.header.add_child(script(asset(name)), name=name)
        for name in self._styles:
            figure.header.add_child(style(asset(name)), name=name)
        figure.html.add_child(Verbatim(self._body), name="body")
        data = _packed(self._data_json) if self._is_packed else _DATA.format("", self._data_json)
        figure.html.add_child(Verbatim(data), name="data")
        figure.script.add_child(Verbatim(f"{self._start}({its_map.get_name()});"), name="start")
        return ""


class OfflineFigure(Figure):
    """A figure of branca whose page loads nothing.

    Parameters
    ----------
    title : str
        Of the window; any text.
    image_host : str
        The only place that images may be loaded from, such as ``"https://tiles.example.org"``;
        none by default.
    """

    def __init__(self, title: str, *, image_host: str = "") -> None:
        super().__init__(title=escape(title), height=_NOTEBOOK_HEIGHT)
        policy = _POLICY.format(image_host=f" {escape(image_host)}" if image_host else "")
        self.header.add_child(Verbatim(policy), name="policy")

    def _repr_html_(self, **kwargs: object) -> str:
        """Return the page for a notebook: in a frame of its own, which may fill the screen.

        Where the notebook is not trusted the frame is taken out, and what lies behind it is read.
        """
        hint = " · ".join(text("notebook.trust", language) for language in LANGUAGES)
        return (
            f'<div style="position:relative;height:{_NOTEBOOK_HEIGHT}">'
            f'<div style="position:absolute">{escape(hint)}</div>'
            f'<iframe srcdoc="{escape(self.render(**kwargs))}" allowfullscreen '
            'style="position:absolute;width:100%;height:100%;border:0;background:#fff"></iframe>'
            "</div>"
        )

    def render(self, **kwargs: object) -> str:
        """Return the page.

        Raises
        ------
        ConfigError
            When an element of the map would load something that is not vendored.
        """
        for child in list(self._children.values()):
            child.render(**kwargs)
        for name, element in list(self.header._children.items()):
            if isinstance(element, Link):
                self.header.add_child(_in_page(element.url), name=name)
        for section in (self.header, self.html, self.script):
            for element in section._children.values():
                if not isinstance(element, Verbatim):
                    _refuse_fetches(element.render(**kwargs))
        page: str = self._template.render(this=self, kwargs=kwargs)
        return page


def script(text: str) -> Verbatim:
    """Return JavaScript as an element of the page."""
    return Verbatim("<script>" + text.replace("</script", "<\\/script") + "</script>")


def style(text: str) -> Verbatim:
    """Return CSS as an element of the page."""
    return Verbatim("<style>" + text.replace("</style", "<\\/style") + "</style>")


@cache
def asset(path: str) -> str:
    """Return the text of a file in ``assets``, without its pointer to a map of its source."""
    text = _ASSETS.joinpath(path).read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)


def _packed(data_json: str) -> str:
    """Return the element of the data, packed: the same data always give the same text."""
    packed = gzip.compress(data_json.encode(), compresslevel=9, mtime=0)
    return _DATA.format(' data-packed="gzip"', base64.b64encode(packed).decode())


def _in_page(url: str) -> Verbatim:
    """Return what stands in the page instead of a link."""
    lower = url.lower()
    for part, path in VENDORED.items():
        if lower.endswith(part):
            return _inlined(path)
    if any(part in lower for part in LEFT_OUT):
        return Verbatim("")
    raise _unknown(url)


def _inlined(path: str) -> Verbatim:
    """Return a vendored file: a script under its license, a style with its images within it."""
    if path.endswith(".js"):
        return script(f"/*\n{asset(path.removesuffix('.js') + '.LICENSE.txt')}*/\n{asset(path)}")
    folder = path.rsplit("/", 1)[0]
    return style(_STYLE_IMAGE.sub(lambda found: _data_url(f"{folder}/{found[1]}"), asset(path)))


def _data_url(path: str) -> str:
    """Return an image as part of a style; ``none`` for one that is not vendored."""
    image = _ASSETS.joinpath(path)
    if not image.is_file():
        return "none"
    return f"url(data:image/png;base64,{base64.b64encode(image.read_bytes()).decode()})"


def _refuse_fetches(html: str) -> None:
    """Raise when `html` would make a browser load anything."""
    found = _FETCHES.search(html)
    if found:
        raise _unknown(found[1])


def _unknown(url: str) -> ConfigError:
    """Return the error for a link that cannot be put into the page."""
    return ConfigError(findings=[Finding("map.link.unknown", "error", facts={"url": url})])
