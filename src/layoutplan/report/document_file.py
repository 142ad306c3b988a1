"""A Word document as a file: the same document gives the same bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from layoutplan.report.document_parts import plain_text

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can say
_MOST_LETTERS: Final = 255  # of a core property
_OF_TEMPLATE: Final = ("dcterms:created", "dcterms:modified", "cp:lastPrinted")


def save(
    document: Any, path: Path, *, title: str, subject: str, author: str, language: str
) -> None:
    """Write a document with what it says of itself; no time of making, which nobody told.

    Parameters
    ----------
    document : docx.document.Document
        What is written.
    path : Path
        Ends in ``.docx``. Not written atomically.
    title, subject, author, language : str
        Its core properties.
    """
    properties = document.core_properties
    properties.title, properties.subject = _short(title), _short(subject)
    properties.author = properties.last_modified_by = _short(author)
    properties.language = language
    properties.comments = properties.keywords = properties.category = ""
    element = properties._element
    for name in _OF_TEMPLATE:
        for dated in element.findall(qn(name)):
            element.remove(dated)
    _drop_thumbnail(document)
    buffer = BytesIO()
    document.save(buffer)
    path.write_bytes(_undated(buffer))


def _short(words: str) -> str:
    """Return a text as core properties can hold it."""
    return plain_text(words)[:_MOST_LETTERS]


def _drop_thumbnail(document: Any) -> None:
    """Leave out the small picture of an empty page that the template brings."""
    relations = document.part.package.rels
    for key in [
        key for key, each in relations.items() if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL
    ]:
        del relations[key]


def _undated(packed: BytesIO) -> bytes:
    """Return a zip file with every entry dated the same."""
    undated = BytesIO()
    with (
        zipfile.ZipFile(packed) as source,
        zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            written = zipfile.ZipInfo(entry.filename, _FIRST_DAY)
            written.compress_type = zipfile.ZIP_DEFLATED
            written.external_attr = 0o600 << 16
            target.writestr(written, source.read(entry))
    return undated.getvalue()
