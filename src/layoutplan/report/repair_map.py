"""The map of why there is no plan: one page that needs no network, and the same for QGIS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

import folium
import shapely

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Diagnosis, Remedy
from layoutplan.core.lines import simplified
from layoutplan.core.repairs import place_name
from layoutplan.core.schema import pupils_column
from layoutplan.report.page import OfflineFigure, PageLayer
from layoutplan.report.payload import to_json
from layoutplan.report.repairs import sentence
from layoutplan.report.roads import road_lines
from layoutplan.texts import LANGUAGES, Language, text

# Of the palette by Okabe and Ito (https://jfly.uni-koeln.de/color/), without its yellow and black.
BLOCK_COLORS: Final = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_ROAD_METERS: Final = 60.0  # detail under it is left out: roads are only the background here
_DECIMALS: Final = 5  # of degrees, about a meter


def repair_html(case: Case, diagnosis: Diagnosis) -> str:
    """Return the map as the text of one HTML file that loads nothing.

    Villages and schools that contradict the rules are colored by block; the panel has the reasons
    and every change of every remedy, in both languages.
    """
    repair_map = folium.Map(
        tiles=None, prefer_canvas=True, zoom_control=False, attribution_control=False
    )
    title = text("repair.map.title", case.language, name=case.name)
    OfflineFigure(title=title).add_child(repair_map)
    repair_map.add_child(
        PageLayer(
            scripts=("repair.js",),
            styles=("map.css", "repair.css"),
            body=_panel(case, diagnosis),
            data_json=to_json(_data(case, diagnosis)),
            start="layoutplanRepair.show",
        )
    )
    html: str = repair_map.get_root().render()
    return html


def repair_geojson(case: Case, diagnosis: Diagnosis) -> str:
    """Return villages and schools concerned as GeoJSON: which block, and what would change."""
    changes = _changes(case, diagnosis.remedies)
    block_of = _block_of(diagnosis)
    features = []
    for kind, places in (("village", case.villages), ("school", case.schools)):
        for place_id, point in places.geometry.items():
            if place_id in block_of[kind] or place_id in changes[kind]:
                block = block_of[kind].get(place_id)
                properties = {
                    "kind": kind,
                    "id": place_id,
                    "name": places["name"][place_id],
                    "block": None if block is None else block + 1,
                    "reason": ""
                    if block is None
                    else diagnosis.blocks[block].finding.message_in(case.language),
                    "repair": "\n".join(changes[kind].get(place_id, [])),
                }
                geometry = {"type": "Point", "coordinates": [point.x, point.y]}
                features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _data(case: Case, diagnosis: Diagnosis) -> dict[str, object]:
    """Return what the page draws."""
    block_of = _block_of(diagnosis)
    pupils = case.villages[[pupils_column(band.name) for band in case.bands]].sum(axis=1)
    schools = case.schools
    facts_of = {
        "village": [{"pupils": int(count)} for count in pupils],
        "school": [
            {"pupils": int(n), "seats": int(seats), "beds": int(beds)}
            for n, seats, beds in zip(
                schools["enrollment"], schools["seats"], schools["beds"], strict=True
            )
        ],
    }
    return {
        "language": case.language,
        "colors": list(BLOCK_COLORS),
        "roads": list(_road_points(case)),
        **{
            f"{kind}s": [
                {
                    "id": place_id,
                    "at": [round(point.y, _DECIMALS), round(point.x, _DECIMALS)],
                    "block": block_of[kind].get(place_id, -1),
                    "tip": {
                        language: text(
                            f"repair.map.{kind}",
                            language,
                            name=place_name(case, place_id),
                            **facts,
                        )
                        for language in LANGUAGES
                    },
                }
                for (place_id, point), facts in zip(
                    places.geometry.items(), facts_of[kind], strict=True
                )
            ]
            for kind, places in (("village", case.villages), ("school", schools))
        },
    }


def _road_points(case: Case) -> Iterator[list[list[float]]]:
    """Yield the points of each road, latitude first, without the detail that does not show."""
    lines = simplified(road_lines(case.roads).geometry.to_numpy(), _ROAD_METERS)
    for line in lines:
        points = shapely.get_coordinates(line)[:, ::-1]
        yield points.round(_DECIMALS).tolist()


def _panel(case: Case, diagnosis: Diagnosis) -> str:
    """Return the panel: reasons and remedies in both languages, one of them shown."""
    buttons = "".join(
        f'<button type="button" value="{language}">{name}</button>'
        for language, name in (("en", "English"), ("zh", "中文"))
    )
    bodies = "".join(
        f'<div lang="{language}" hidden>{_body(case, diagnosis, language)}</div>'
        for language in LANGUAGES
    )
    switch = f'<div class="lp-switch" id="lp-language" role="group">{buttons}</div>'
    return f'<aside class="lp-panel" id="lp-panel">{switch}{bodies}</aside>'


def _body(case: Case, diagnosis: Diagnosis, language: Language) -> str:
    """Return the panel in one language."""
    parts = [
        f"<h1>{escape(text('repair.map.title', language, name=case.name))}</h1>",
        f"<h2>{escape(text('repair.map.reasons', language))}</h2><ul>",
    ]
    colors = [_color(place) for place in range(len(diagnosis.blocks))]
    colors += [""] * (len(diagnosis.reasons) - len(colors))
    for color, reason in zip(colors, diagnosis.reasons, strict=True):
        dot = f'<i style="background:{color}"></i>' if color else ""
        parts.append(f"<li>{dot}{escape(reason.message_in(language))}</li>")
    parts.append(f"</ul><h2>{escape(text('repair.map.remedies', language))}</h2>")
    if diagnosis.remedies:
        parts.append(f"<p>{escape(text('repair.map.each', language))}</p>")
    for number, remedy in enumerate(diagnosis.remedies, start=1):
        head = text("repair.map.way", language, number=number, n_changes=len(remedy.repairs))
        changes = "".join(
            f'<li data-village="{escape(repair.village_id)}" '
            f'data-school="{escape(repair.school_id)}">'
            f"{escape(sentence(case, repair, language))}</li>"
            for repair in remedy.repairs
        )
        is_open = " open" if number == 1 else ""
        parts.append(
            f"<details{is_open}><summary>{escape(head)}</summary><ol>{changes}</ol></details>"
        )
    told = [each for each in diagnosis.repair if "remedy" not in each.facts]
    parts += [f"<p>{escape(each.message_in(language))}</p>" for each in told]
    return "".join(parts)


def _block_of(diagnosis: Diagnosis) -> dict[str, dict[str, int]]:
    """Return for villages and schools the position of the first block that they are part of."""
    found: dict[str, dict[str, int]] = {"village": {}, "school": {}}
    for place, block in enumerate(diagnosis.blocks):
        for kind, ids in (("village", block.village_ids), ("school", block.school_ids)):
            for place_id in ids:
                found[kind].setdefault(place_id, place)
    return found


def _changes(case: Case, remedies: Sequence[Remedy]) -> dict[str, dict[str, list[str]]]:
    """Return for villages and schools what would change, remedy by remedy."""
    found: dict[str, dict[str, list[str]]] = {"village": {}, "school": {}}
    for number, remedy in enumerate(remedies, start=1):
        for repair in remedy.repairs:
            kind = "village" if repair.village_id else "school"
            place_id = repair.village_id or repair.school_id
            if place_id:
                said = f"{number}. {sentence(case, repair, case.language)}"
                found[kind].setdefault(place_id, []).append(said)
    return found


def _color(block: int) -> str:
    """Return the color of a block."""
    return BLOCK_COLORS[block % len(BLOCK_COLORS)]
