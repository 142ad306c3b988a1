"""The text of the map's page: nothing is loaded, nothing breaks out."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import replace
from typing import Any

import folium
import pytest
from branca.element import Element, JavascriptLink
from folium.folium import Map
from hypothesis import given
from hypothesis import strategies as st

from cases.plans import drawn_plan, renamed
from layoutplan.core.facts import facts, goals, proof
from layoutplan.core.plan import ObjectiveResult
from layoutplan.core.rules import Band
from layoutplan.errors import ConfigError, Finding
from layoutplan.report.layers import layers
from layoutplan.report.map import SCRIPTS, draw_map, map_html
from layoutplan.report.notes import notes
from layoutplan.report.page import LEFT_OUT, VENDORED, asset
from layoutplan.report.palette import ACTIONS, minute_breaks, minute_colors
from layoutplan.report.payload import payload, to_json
from layoutplan.texts import Language, catalog

# Addresses that stand in the file and are never asked for.
ADDRESSES = {
    "http://www.w3.org/2000/svg": "the name of SVG in Leaflet, no place",
    "https://leafletjs.com": "whose library it is: Leaflet's notice, and its own attribution",
    "https://bugs.chromium.org/p/chromium/issues/detail?id=600120": "a comment in Leaflet's style",
    "https://bugzilla.mozilla.org/show_bug.cgi?id=888319": "a comment in Leaflet's style",
}


def data_in(html: str) -> dict[str, Any]:
    element = r'<script type="application/json" id="lp-data"( data-packed="gzip")?>(.*?)</script>'
    found = re.search(element, html, re.S)
    assert found is not None
    text = gzip.decompress(base64.b64decode(found[2])).decode() if found[1] else found[2]
    value: dict[str, Any] = json.loads(text)
    return value


@pytest.mark.parametrize("is_compressed", [True, False])
def test_page_loads_nothing(is_compressed: bool) -> None:
    html = map_html(drawn_plan(), is_compressed=is_compressed)
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=", html)
    assert not re.search(r"url\((?!data:|#)", html)
    assert "@import" not in html
    assert "sourceMappingURL" not in html
    assert set(re.findall(r"\b[a-z]+://[^\s\"'<>)\\]+", html)) <= set(ADDRESSES)


def test_data_are_the_same_packed_or_not_and_packed_always_alike() -> None:
    packed, plain = (map_html(drawn_plan(), is_compressed=each) for each in (True, False))
    assert data_in(packed) == data_in(plain)
    assert len(packed) < len(plain)
    assert data_element(packed) == data_element(map_html(drawn_plan()))


def data_element(html: str) -> str:
    return html.partition('id="lp-data"')[2].partition("</script>")[0]


def test_vendored_libraries_keep_their_licenses() -> None:
    vendored = [path.removeprefix("vendor/") for path in VENDORED.values()]
    html = map_html(drawn_plan())
    for library in {name.rsplit(".", 1)[0] for name in vendored}:
        license_text = asset(f"vendor/{library}.LICENSE.txt")
        assert "Redistribution" in license_text
        assert license_text in html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_says_what_to_do_in_a_browser_that_cannot_draw_it(language: Language) -> None:
    html = map_html(drawn_plan(language))
    assert "layoutplan map FOLDER --uncompressed" in html
    assert re.search(r"<noscript>.*JavaScript.*</noscript>", html)


def test_plan_without_roads_has_a_map() -> None:
    plan = drawn_plan()
    data = data_in(map_html(replace(plan, roads=plan.roads.iloc[:0])))
    assert not any(data["roads"])


def test_every_link_of_folium_is_known() -> None:
    # Fails when a new folium links to something else: decide then whether the page needs it.
    links = [url.lower() for _, url in (*Map.default_js, *Map.default_css)]
    for url in links:
        is_vendored = any(url.endswith(part) for part in VENDORED)
        assert is_vendored or any(part in url for part in LEFT_OUT), url


def test_vendored_leaflet_is_the_one_that_folium_asks_for() -> None:
    asked = {
        url.split("leaflet@")[1].split("/")[0] for _, url in Map.default_js if "leaflet@" in url
    }
    vendored = re.match(r"/\* @preserve\n \* Leaflet (\d+\.\d+)", asset("vendor/leaflet.js"))
    assert vendored is not None
    assert {version.rsplit(".", 1)[0] for version in asked} == {vendored[1]}


@pytest.mark.parametrize(
    "element",
    [
        JavascriptLink("https://example.org/heatmap.js"),
        Element('<script src="https://example.org/heatmap.js"></script>'),
    ],
)
def test_unknown_link_is_refused(element: Element) -> None:
    plan_map = draw_map(drawn_plan())
    plan_map.get_root().header.add_child(element)
    with pytest.raises(ConfigError, match=r"example\.org/heatmap\.js"):
        plan_map.get_root().render()


def test_layers_of_folium_may_be_added() -> None:
    plan_map = draw_map(drawn_plan())
    folium.CircleMarker([34.0, 105.0], radius=4).add_to(plan_map)
    assert "L.circleMarker" in plan_map.get_root().render()


def test_map_shows_itself_in_a_notebook() -> None:
    assert "srcdoc" in draw_map(drawn_plan())._repr_html_()


@given(st.text(max_size=60))
def test_any_text_comes_back_and_cannot_end_the_script(text: str) -> None:
    written = to_json({"name": text})
    assert json.loads(written) == {"name": text}
    assert not re.search("[<>&\u2028\u2029]", written)


@pytest.mark.parametrize("is_compressed", [True, False])
@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "{{ 7 * 7 }}", "{% raw %}", "<!--", "\u2028"]
)
def test_hostile_name_stays_data(name: str, is_compressed: bool) -> None:
    plan = replace(renamed(drawn_plan(), village=name, school=name), name=name)
    html = map_html(plan, is_compressed=is_compressed)
    data = data_in(html)
    assert data["name"] == name
    assert data["villages"]["name"][0] == name
    assert "<script>alert" not in html


def test_payload_has_every_text_that_the_page_asks_for() -> None:
    plan = drawn_plan()
    texts = payload(plan, layers(plan))["texts"]
    scripts = "".join(asset(name) for name in SCRIPTS)
    asked = set(re.findall(r'label\(model, "(\w+)"', scripts))
    asked |= set(re.findall(r'"label\.(\w+)"', scripts + asset("page.html")))
    asked |= set(re.findall(r'"(key_\w+)"', scripts))
    assert len(asked) > 40
    whole = {f"label.{name}" for name in asked if not name.endswith("_")}
    begun = tuple(f"label.{name}" for name in asked if name.endswith("_"))
    assert whole <= set(texts)
    assert all(any(key.startswith(each) for key in texts) for each in begun)


def test_lines_are_differences_in_whole_steps() -> None:
    plan = drawn_plan()
    data = payload(plan, layers(plan))
    origin, step = data["origin"], data["step"]
    deltas = data["roads"][0][0]
    x = [sum(deltas[0 : i + 1 : 2]) for i in range(0, len(deltas), 2)]
    lons = [(origin[0] + value) * step for value in x]
    assert lons == pytest.approx([104.995, 105.003, 105.036, 105.070], abs=1e-5)


def test_same_area_before_and_after_is_stored_once() -> None:
    plan = drawn_plan()
    data = payload(plan, layers(plan))["areas"]
    assert len(data["shapes"]) < len(data["shape"])


@pytest.mark.parametrize(
    ("gap", "phrase"),
    [
        (0.0, "proven optimal"),
        (0.003, "at most 0.3 % from the best"),
        (0.00301, "at most 0.4 % from the best"),
        (0.00002, "at most 0.002 % from the best"),
        (float("inf"), "not proven how far from the best"),
    ],
)
def test_proof_promises_no_more_than_is_proven(gap: float, phrase: str) -> None:
    assert proof(ObjectiveResult("pupil_minutes", 1.0, 1.0, gap), "en") == phrase


def test_facts_and_goals_of_the_plan() -> None:
    plan = drawn_plan()
    found = dict(facts(plan))
    assert found["Schools"] == "3 today, 2 under the plan (1 merged)"
    assert found["Pupils who change school"] == "25 of 149"
    assert found["Pupils without a path to school"] == "5 today, 5 under the plan"
    assert [goal.is_proven for goal in goals(plan)] == [True, False]


def test_every_school_between_today_and_the_plan_is_accounted_for() -> None:
    plan = drawn_plan()
    told = [
        dict(facts(replace(plan, schools=plan.schools.assign(action=actions, kind=kinds))))
        for actions, kinds in (
            (["keep", "merge", "close"], ["primary"] * 3),
            (["keep", "merge", "open"], ["primary", "primary", "candidate"]),
            (["keep", "merge", "close"], ["primary", "primary", "candidate"]),
        )
    ]
    assert [each["Schools"] for each in told] == [
        "3 today, 1 under the plan (1 merged, 1 closed without pupils)",
        "2 today, 2 under the plan (1 merged, 1 opened)",
        "2 today, 1 under the plan (1 merged)",
    ]


def test_reconstructed_attendance_is_said() -> None:
    plan = drawn_plan()
    assert any("reconstructed" in note for note in notes(plan))
    given_today = replace(plan, attendance_source="table")
    assert not any("reconstructed" in note for note in notes(given_today))


def test_warnings_of_the_plan_are_counted() -> None:
    found = (Finding("any.rule", "warning"), Finding("any.rule", "note"))
    assert notes(replace(drawn_plan(), findings=found))[1].startswith("1 warning")


def test_page_forbids_the_browser_to_load() -> None:
    assert "default-src 'none'" in map_html(drawn_plan())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_action_and_kind_has_words(language: Language) -> None:
    for action in ACTIONS:
        assert catalog()[f"map.action.{action}"][language]


@pytest.mark.parametrize(
    ("grades", "label"), [((1, 2, 3), "Grades 1–3"), ((7,), "Grade 7"), ((1, 3), "x"), ((), "x")]
)
def test_band_label(grades: tuple[int, ...], label: str) -> None:
    assert Band("x", "walk", 30.0, grades=grades).label("en") == label


@pytest.mark.parametrize("limits", [(30,), (30, 40), (20, 30, 40, 60), (10, 20, 30, 40, 50, 60)])
def test_classes_of_minutes_end_at_the_limits(limits: tuple[int, ...]) -> None:
    bands = [Band(f"b{limit}", "walk", float(limit)) for limit in limits]
    breaks = minute_breaks(bands)
    assert list(breaks) == sorted(set(breaks))
    assert set(limits) <= set(breaks)
    assert len(minute_colors(len(breaks) + 1)) == len(breaks) + 1
