"""What careless and hostile planners do to a case: one change each, and what must be said of it."""

from __future__ import annotations

from cases.bad_input import BadInput
from cases.bad_rules import BAD_RULES
from cases.changes import (
    BILLION,
    CLOSED_MILL,
    FEW_SEATS,
    FORBID,
    ROADS,
    SCHOOLS,
    TOML,
    VILLAGES,
    all_of,
    cut_roads,
    edit,
    link_in_a_circle,
    put,
    replace_all,
    roads_in,
    rule,
    with_minutes,
    without_roads,
)

BAD_INPUTS = (
    # The tables.
    BadInput(
        "column_missing",
        edit(VILLAGES, ("pupils", "kids")),
        ("villages.csv, column pupils_primary", "add it, or say which header means it"),
    ),
    BadInput(
        "id_double",
        edit(VILLAGES, ("V2,", "V1,")),
        ("villages.csv, row 2, 3, column village_id", "an id may occur only once"),
    ),
    BadInput(
        "id_empty", edit(VILLAGES, ("V2,", ",")), ("villages.csv, row 3", "give every row one")
    ),
    BadInput(
        "header_double",
        edit(VILLAGES, ("name", "pupils")),
        ("villages.csv, column pupils", "more than once", "rename one"),
    ),
    BadInput(
        "coordinates_swapped_in_a_row",
        edit(VILLAGES, ("105.594413668,33.900155012", "33.900155012,105.594413668")),
        ("villages.csv, row 3", "swapped: V2", "lon (or x) is east-west"),
    ),
    BadInput(
        "coordinates_swapped_in_both_tables",
        all_of(
            replace_all(VILLAGES, r"(105\.\d+),(33\.\d+)", r"\2,\1"),
            replace_all(SCHOOLS, r"(105\.\d+),(33\.\d+)", r"\2,\1"),
        ),
        ("villages.csv, row 2", "schools.csv, row 2", "swapped: S1, S2, S3"),
    ),
    BadInput(
        "coordinate_nan",
        edit(VILLAGES, ("105.594413668", "nan")),
        ("villages.csv, row 3, column lon", "not a number: nan", "Write digits only"),
    ),
    BadInput(
        "coordinate_infinite",
        edit(VILLAGES, ("105.594413668", "1e999")),
        ("villages.csv, row 3", "no place on earth", "correct them"),
    ),
    BadInput(
        "coordinate_zero",
        edit(VILLAGES, ("105.594413668,33.900155012", "0,0")),
        ("villages.csv, row 3", "stands for unknown: V2", "find the coordinates"),
    ),
    BadInput(
        "pupils_in_words",
        edit(VILLAGES, (",28,", ",twenty-eight,")),
        ("villages.csv, row 3, column pupils", "twenty-eight", "Write digits only"),
    ),
    BadInput(
        "pupils_nan",
        edit(VILLAGES, (",28,", ",NaN,")),
        ("villages.csv, row 3, column pupils", "not a number: NaN", "Write digits only"),
    ),
    BadInput("pupils_billion", BILLION, ("villages.csv, row 3, column pupils", "too large")),
    BadInput(
        "pupils_none_at_all",
        replace_all(VILLAGES, r",\d+,(S\d)", r",0,\1"),
        ("villages.csv: no village has any pupils", "see whether the right columns"),
    ),
    BadInput(
        "seats_negative",
        edit(SCHOOLS, (",50,", ",-50,")),
        ("schools.csv, row 3, column seats", "less than 0: -50", "Write 0 or more"),
    ),
    BadInput(
        "school_unknown",
        edit(VILLAGES, (",28,S1", ",28,S9")),
        ("villages.csv, column school_id", "(S9): V2", "correct the id"),
    ),
    BadInput(
        "candidates_only",
        edit(SCHOOLS, ("center", "candidate"), ("primary", "candidate")),
        ("villages.csv, column school_id", "not built yet", "write the school they attend today"),
    ),
    BadInput(
        "every_school_closed",
        edit(
            SCHOOLS,
            ("kind", "kind,decision"),
            ("center", "center,close"),
            ("primary", "primary,close"),
        ),
        ("schools.csv, column bands", "no school that stays", "add the band to a school"),
    ),
    BadInput(
        "cells_too_many",
        edit(VILLAGES, (",28,S1", ",28,S1,extra")),
        ("villages.csv, row 3", "more cells than the header", "in quotation marks"),
    ),
    BadInput("file_empty", put(VILLAGES, ""), ("villages.csv", "empty", "write the headers")),
    BadInput(
        "file_of_a_header",
        put(SCHOOLS, "school_id,lon,lat,enrollment,seats\n"),
        ("schools.csv", "no row below it", "fill in the table"),
    ),
    BadInput(
        "file_of_bytes", put(VILLAGES, bytes(range(256))), ("villages.csv", "save it as CSV UTF-8")
    ),
    BadInput(
        "xlsx_that_is_none",
        all_of(edit(TOML, (VILLAGES, "villages.xlsx")), put("villages.xlsx", "hello")),
        ("villages.xlsx", "not what its ending says", "save it as xlsx again"),
    ),
    BadInput(
        "xlsx_damaged",
        all_of(edit(TOML, (VILLAGES, "villages.xlsx")), put("villages.xlsx", b"PK\x03\x04hello")),
        ("villages.xlsx", "damaged or incomplete", "save it again"),
    ),
    # case.toml.
    BadInput(
        "key_unknown",
        edit(TOML, ("small_below", "small_bellow")),
        ("case.toml, key rules.small_bellow", "the nearest is small_below", "Possible here"),
    ),
    BadInput(
        "section_unknown",
        edit(TOML, ("[rules]", "[rulez]")),
        ("case.toml, key rulez", "the nearest is rules"),
    ),
    BadInput(
        "value_of_another_type",
        edit(TOML, ("max_minutes = 30", 'max_minutes = "thirty"')),
        ("case.toml, key bands.primary.max_minutes", "must be a number", 'not "thirty"'),
    ),
    BadInput(
        "value_of_hundreds_of_digits",
        edit(TOML, ("max_minutes = 30", "max_minutes = 1" + "0" * 400)),
        ("case.toml, key bands.primary.max_minutes", "must be a number"),
    ),
    BadInput(
        "value_beyond_counting",
        edit(TOML, ("small_below = 50", "small_below = 1" + "0" * 30)),
        ("case.toml, key rules.small_below", "at most a billion"),
    ),
    BadInput(
        "toml_faulty",
        replace_all(TOML, "small_below = 50.*", "small_below = = 50"),
        ("case.toml, row 23", "small_below = = 50", "every key only once"),
    ),
    BadInput(
        "toml_nested_without_end",
        put(TOML, "a = " + "[" * 5000 + "]" * 5000),
        ("case.toml", "nested too deeply", "write the file anew"),
    ),
    BadInput("toml_missing", lambda case: (case / TOML).unlink(), ("case.toml", "layoutplan init")),
    BadInput(
        "neither_roads_nor_times",
        without_roads,
        ("case.toml, key roads", "neither roads nor travel times", "add [roads]"),
    ),
    BadInput(
        "path_outside",
        edit(TOML, (f'"{VILLAGES}"', f'"../{VILLAGES}"')),
        ("case.toml, key villages.path", "outside the folder", "copy the file"),
    ),
    BadInput(
        "path_misspelled",
        edit(TOML, (f'"{VILLAGES}"', '"vilages.csv"')),
        ("case.toml, key villages.path", "no file vilages.csv", "villages.csv"),
    ),
    BadInput(
        "path_with_a_null_byte",
        edit(TOML, (f'"{VILLAGES}"', '"vill\\u0000ages.csv"')),
        ("case.toml, key villages.path", "there is no file"),
    ),
    BadInput(
        "path_too_long",
        edit(TOML, (f'"{VILLAGES}"', f'"{"v" * 300}.csv"')),
        ("case.toml, key villages.path", "there is no file"),
    ),
    BadInput(
        "path_in_a_circle",
        link_in_a_circle,
        ("case.toml, key villages.path", "there is no file villages.csv"),
    ),
    BadInput(
        "objective_unknown",
        edit(TOML, ('"pupil_minutes"', '"pupil_minuets"')),
        ("case.toml, key objective.order", "the nearest is pupil_minutes", "Available"),
    ),
    # Roads and travel times.
    BadInput("roads_of_text", put(ROADS, "hello"), ("roads.geojson", "save it again")),
    BadInput("roads_cut_off", cut_roads, ("roads.geojson", "incomplete", "save it again")),
    BadInput(
        "roads_cut_off_in_osm",
        roads_in("roads.osm", b'<osm version="0.6"><node id="1" lat="33.9" lo'),
        ("roads.osm", "damaged", "download it again"),
    ),
    BadInput(
        "roads_of_garbage_in_pbf",
        roads_in("roads.osm.pbf", b"\x00\x00\x00\x0dgarbage garbage"),
        ("roads.osm.pbf", "damaged", "download it again"),
    ),
    BadInput(
        "roads_of_an_unknown_kind",
        roads_in("roads.dwg", b"x"),
        ("roads.dwg", "cannot be read from this kind of file", ".geojson"),
    ),
    BadInput(
        "roads_for_nobody",
        replace_all(ROADS, r'"highway": "\w+"', '"highway": "motorway"'),
        ("None of the roads may be used by the mode walk", "or the mode of the bands"),
    ),
    BadInput(
        "roads_of_another_county",
        replace_all(ROADS, r"\[105\.", "[100."),
        ("Every village and school is farther than 500 m", "right coordinates"),
    ),
    BadInput(
        "times_of_other_places",
        with_minutes("village_id,school_id,minutes\nS1,V1,5\nS2,V1,6\n"),
        ("minutes.csv", "no row is for a village, a school", "see whether the ids"),
    ),
    # Rules and solver.
    BadInput(
        "solver_unknown",
        edit(TOML, ("gap = 0.0", 'name = "gurobbi"\ngap = 0.0')),
        ("case.toml, key solver.name", "no solver called gurobbi", "Use one of: highs"),
    ),
    BadInput(
        "closures_against_decisions",
        all_of(CLOSED_MILL, rule("max_closures = 0")),
        ("case.toml, key rules.max_closures", "closes 1", "change decisions"),
    ),
    BadInput(
        "limit_that_nobody_meets",
        all_of(FORBID, edit(TOML, ("max_minutes = 30", "max_minutes = 1"))),
        ("(V1)", "longer trip", 'over_limit_today = "keep"'),
        status=4,
    ),
    BadInput("seats_too_few", all_of(FORBID, FEW_SEATS), ("seats", "Add", "keep"), status=4),
    BadInput(
        "closures_too_few",
        all_of(rule("max_closures = 0"), rule("min_enrollment = 40")),
        ("case.toml", "min_enrollment", "max_closures"),
        status=4,
    ),
    BadInput(
        "schools_open_too_few", rule("open_exactly = 1"), ("case.toml", "open_exactly"), status=4
    ),
    *BAD_RULES,
)
