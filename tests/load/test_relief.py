"""The heights of a case: several files, seams between them, and what is said of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from cases.heights import VOID, height_grid, write_hgt
from layoutplan.core.relief import heights_at
from layoutplan.errors import Finding
from layoutplan.load.mosaic import joined
from layoutplan.load.relief import read_relief

SHARED = Path(__file__).resolve().parents[2] / "../shared"
ACROSS = (11.46, 49.96, 11.62, 50.07)  # over the seam at 50 degrees north


def hills(lon, lat):
    return 300 + 100 * np.sin(40 * lon) * np.cos(55 * lat)


def sources(*paths: Path) -> list[tuple[Path, str]]:
    return [(path, path.name) for path in paths]


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    assert all(finding.message_in("zh") for finding in findings)
    return [(finding.rule, finding.table) for finding in findings]


def test_tiles_become_one_grid_without_a_seam(tmp_path):
    tiles = [write_hgt(tmp_path, (11, south), hills) for south in (50, 49)]
    (grid,), files, findings = read_relief(sources(*tiles), ACROSS)
    assert findings == ()
    assert [file.path for file in files] == ["N50E011.hgt", "N49E011.hgt"]
    assert [file.rows for file in files] == [1201, 1201]
    assert files[0].sha256 == hashlib.sha256(tiles[0].read_bytes()).hexdigest()
    lat = np.linspace(49.99, 50.01, 2001)
    heights = heights_at([grid], np.full(2001, 11.5), lat)
    assert heights == pytest.approx(hills(11.5, lat), abs=1.5)
    assert np.abs(np.diff(heights)).max() < 0.1


def test_a_void_on_the_seam_is_filled_from_the_other_tile(tmp_path):
    def holed(lon, lat):
        return np.where(lat > 50, hills(lon, lat), VOID)

    north, south = write_hgt(tmp_path, (11, 50), holed), write_hgt(tmp_path, (11, 49), hills)
    relief, _, findings = read_relief(sources(north, south), ACROSS)
    assert told(findings)[0] == ("relief.voids", "N50E011.hgt")
    lon = np.linspace(11.47, 11.61, 50)
    assert np.isfinite(heights_at(relief, lon, np.full(50, 50.0))).all()


def test_tiles_that_only_touch_by_their_cells_are_joined():
    west = height_grid(lambda x, y: x + y, west=0, south=0, east=9, north=9, step=1)
    east = height_grid(lambda x, y: x + y, west=10, south=2, east=14, north=12, step=1)
    (grid,) = joined([west, east])
    assert grid.meters.shape == (13, 15)
    assert (grid.x, grid.y) == (0, 12)
    assert heights_at([grid], np.array([9.5]), np.array([5.5])).tolist() == [15]
    assert np.isnan(heights_at([grid], np.array([12.0]), np.array([1.0]))).all()


def test_where_tiles_overlap_the_first_has_its_heights():
    low = height_grid(lambda x, y: 0 * (x + y), west=0, south=0, east=5, north=5, step=1)
    high = height_grid(lambda x, y: 9 + 0 * (x + y), west=2, south=2, east=8, north=8, step=1)
    for tiles, meters in (([low, high], 0), ([high, low], 9)):
        assert heights_at(joined(tiles), np.array([4.5]), np.array([4.5])).tolist() == [meters]


def test_grids_of_another_kind_stay_apart():
    coarse = height_grid(lambda x, y: x + y, west=0, south=0, east=9, north=9, step=1)
    fine = height_grid(lambda x, y: x + y, west=0, south=0, east=2, north=2, step=0.5)
    shifted = height_grid(lambda x, y: x + y, west=0.5, south=0, east=9.5, north=9, step=1)
    assert len(joined([coarse, fine, shifted, coarse])) == 3


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    renamed = write_hgt(tmp_path, (11, 49), hills).rename(tmp_path / "ours.hgt")
    (tmp_path / "dem.asc").write_text("ncols 3")
    (tmp_path / "N50E011.hgt").write_bytes(b"short")
    files = [renamed, tmp_path / "dem.asc", tmp_path / "N50E011.hgt", tmp_path / "N49E012.hgt"]
    relief, inputs, findings = read_relief(sources(*files), ACROSS)
    assert (relief, inputs) == ((), ())
    assert told(findings) == [
        ("relief.hgt.name", "ours.hgt"),
        ("relief.suffix", "dem.asc"),
        ("relief.hgt.size", "N50E011.hgt"),
        ("relief.no_access", "N49E012.hgt"),
    ]
    assert {finding.level for finding in findings} == {"error"}


def test_files_that_lie_elsewhere_are_of_no_use(tmp_path):
    relief, inputs, findings = read_relief(sources(write_hgt(tmp_path, (1, 42), hills)), ACROSS)
    assert relief == ()
    assert len(inputs) == 1
    assert told(findings) == [("relief.elsewhere", "N42E001.hgt"), ("relief.nowhere", "case.toml")]
    assert [finding.level for finding in findings] == ["note", "error"]


def test_roads_beyond_the_heights_are_told(tmp_path):
    tile = write_hgt(tmp_path, (11, 49), hills)
    points = np.full(100, 11.5), np.linspace(49.961, 50.06, 100)
    _, _, findings = read_relief(sources(tile), ACROSS, points=points)
    (unknown,) = findings
    assert (unknown.rule, unknown.level) == ("relief.unknown", "warning")
    assert "60 % of the road points (60)" in unknown.message
    _, _, findings = read_relief(sources(tile), ACROSS, points=(points[0][:30], points[1][:30]))
    assert findings == ()


def test_voids_are_counted(tmp_path):
    def holed(lon, lat):
        return np.where(np.abs(lon - 11.5) < 0.0101, VOID, hills(lon, lat))

    _, _, findings = read_relief(sources(write_hgt(tmp_path, (11, 49), holed)), ACROSS)
    (voids,) = findings
    assert voids.level == "note"
    assert f"{51 * 25} of {197 * 51}" in voids.message


def test_one_height_everywhere_is_doubted(tmp_path):
    tile = write_hgt(tmp_path, (11, 49), lambda lon, lat: 255 + 0 * lon)
    _, _, findings = read_relief(sources(tile), ACROSS)
    assert told(findings) == [("relief.flat", "N49E011.hgt")]
    assert "255 m" in findings[0].message


def test_impossible_heights_are_doubted(tmp_path):
    in_decimeters = write_hgt(tmp_path, (11, 49), lambda lon, lat: 10 * (hills(lon, lat) + 800))
    _, _, findings = read_relief(sources(in_decimeters), ACROSS)
    assert findings[0].rule == "relief.units"

    def one_spike(lon, lat):
        return np.where((lon == 11.5) & (lat == 49.975), 30_000, hills(lon, lat))

    relief, _, findings = read_relief(sources(write_hgt(tmp_path, (11, 49), one_spike)), ACROSS)
    assert told(findings) == [("relief.voids", "N49E011.hgt")]
    assert np.nanmax(relief[0].meters) < 1000


def test_progress_is_told_for_every_file(tmp_path):
    steps: list[tuple[str, int, int]] = []
    tiles = [write_hgt(tmp_path, (11, south), hills) for south in (49, 50)]
    read_relief(sources(*tiles), ACROSS, progress=lambda *step: steps.append(step))
    assert steps == [("progress.relief", 0, 2), ("progress.relief", 1, 2)]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder `shared` beside the checkout")
def test_real_tiles_meet_on_their_seam():
    folder = SHARED / "data" / "bayreuth_osm_dem"
    tiles = sources(folder / "N49E011.hgt.zip", folder / "N50E011.hgt.zip")
    relief, _, findings = read_relief(tiles, ACROSS)
    assert told(findings) == []
    lat = np.linspace(49.999, 50.001, 201)
    heights = heights_at(relief, np.full(201, 11.5), lat)
    assert 300 < heights.min() < heights.max() < 700
    assert np.abs(np.diff(heights)).max() < 0.5
    alone = [
        heights_at(read_relief([tile], ACROSS)[0], np.array([11.5]), np.array([50.0]))
        for tile in tiles
    ]
    assert alone[0] == pytest.approx(alone[1])
    assert alone[0] == pytest.approx(heights[100])
