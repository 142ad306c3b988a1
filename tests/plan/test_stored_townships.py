"""What is only drawn and printed comes back with a plan: outlines of townships, the imprint."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import shapely

from cases.plans import drawn_plan
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT
from layoutplan.plan.store import read_plan, write_plan
from layoutplan.report.geopackage import write_geopackage


def written_and_read(plan: Plan, folder: Path) -> Plan:
    write_plan(plan, folder, {"plan.gpkg": partial(write_geopackage, plan)})
    return read_plan(folder)


def test_outlines_and_imprint_come_back(tmp_path: Path) -> None:
    names = ["北乡", "", "=1+1<b>"]
    shapes = [shapely.box(105 + i, 34, 105.5 + i, 34.5) for i in range(3)]
    townships = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=LONLAT)
    imprint = Imprint(office="教育局", review_no="豫S(2026)001号", footer='"草案"')
    again = written_and_read(replace(drawn_plan(), townships=townships, imprint=imprint), tmp_path)
    assert again.imprint == imprint
    assert again.townships is not None
    assert list(again.townships["name"]) == names
    assert shapely.equals(again.townships.geometry.to_numpy(), shapes).all()
    assert again.townships.crs == LONLAT


def test_plan_without_them_has_none(tmp_path: Path) -> None:
    again = written_and_read(drawn_plan(), tmp_path)
    assert again.townships is None
    assert again.imprint == Imprint()
