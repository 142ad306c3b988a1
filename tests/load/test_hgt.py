"""Tiles of heights: where their points lie, how they are packed, what is wrong with them."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cases.heights import VOID, write_hgt
from layoutplan.core.relief import heights_at
from layoutplan.errors import DataError
from layoutplan.load.hgt import read_hgt

AROUND = (1.4, 42.4, 1.6, 42.6)


def plane(lon, lat):
    """Return whole meters at the points of a tile, so that nothing is lost in it."""
    return np.rint((lon % 1) * 1200) + 2 * np.rint((lat % 1) * 1200)


def refusal(path: Path) -> tuple[str, str, str]:
    with pytest.raises(DataError) as raised:
        read_hgt(path, path.name, AROUND)
    (finding,) = raised.value.findings
    assert finding.table == path.name
    return finding.rule, finding.message_in("en"), finding.message_in("zh")


def zipped(tile: Path) -> Path:
    path = tile.with_name(tile.name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tile, tile.name)
        archive.writestr("readme.txt", "from somewhere")
    return path


def gzipped(tile: Path) -> Path:
    path = tile.with_name(tile.name + ".gz")
    path.write_bytes(gzip.compress(tile.read_bytes(), compresslevel=1))
    return path


@pytest.mark.parametrize("packed", [lambda tile: tile, zipped, gzipped])
def test_heights_lie_where_the_name_says(tmp_path, packed):
    path = packed(write_hgt(tmp_path, (1, 42), plane))
    grid, n_rows, findings = read_hgt(path, path.name, AROUND)
    assert (n_rows, findings) == (1201, ())
    lon, lat = np.random.default_rng(0).uniform([[1.4], [42.4]], [[1.6], [42.6]], (2, 100))
    expected = 1200 * (lon - 1) + 2400 * (lat - 42)
    assert heights_at([grid], lon, lat) == pytest.approx(expected, abs=1e-3)


def test_only_the_part_around_the_roads_is_kept(tmp_path):
    grid, _, _ = read_hgt(
        write_hgt(tmp_path, (1, 42), plane), "tile", (1.5001, 42.5001, 1.5099, 42.5199)
    )
    assert grid.meters.shape == (25 + 4, 13 + 4)


def test_a_tile_elsewhere_gives_an_empty_grid(tmp_path):
    grid, _, _ = read_hgt(write_hgt(tmp_path, (1, 42), plane), "tile", (5.1, 42.1, 5.2, 42.2))
    assert grid.meters.size == 0


@pytest.mark.parametrize("corner", [(-72, -2), (11, -1), (-1, 50)])
def test_names_tell_south_and_west(tmp_path, corner):
    west, south = corner
    around = (west + 0.2, south + 0.2, west + 0.3, south + 0.3)
    grid, _, _ = read_hgt(write_hgt(tmp_path, corner, plane), "tile", around)
    lon, lat = np.array([west + 0.25]), np.array([south + 0.28])
    assert heights_at([grid], lon, lat) == pytest.approx([300 + 2 * 336], abs=1e-3)


def test_fine_tiles_are_read(tmp_path):
    tile = write_hgt(tmp_path, (1, 42), lambda lon, lat: 1000 * (lat % 1) + 0 * lon, n_lines=3601)
    grid, n_rows, _ = read_hgt(tile, "tile", AROUND)
    assert n_rows == 3601
    assert heights_at([grid], np.array([1.5]), np.array([42.5])) == pytest.approx([500], abs=1)


def test_voids_are_unknown(tmp_path):
    def holed(lon, lat):
        return np.where(np.abs(lon - 1.5) + np.abs(lat - 42.5) < 0.01, VOID, plane(lon, lat))

    grid, _, _ = read_hgt(write_hgt(tmp_path, (1, 42), holed), "tile", AROUND)
    known = heights_at([grid], np.array([1.5, 1.55]), np.array([42.5, 42.55]))
    assert np.isnan(known).tolist() == [True, False]
    assert np.nanmin(grid.meters) >= 0


def test_a_renamed_tile_is_refused(tmp_path):
    tile = write_hgt(tmp_path, (1, 42), plane)
    rule, english, chinese = refusal(tile.rename(tmp_path / "heights.hgt"))
    assert rule == "relief.hgt.name"
    assert "N42E001" in english
    assert "N42E001" in chinese


@pytest.mark.parametrize(("n_bytes", "told"), [(0, "has 0"), (2_884_800, "has 2884800")])
def test_a_tile_cut_short_is_refused(tmp_path, n_bytes, told):
    tile = write_hgt(tmp_path, (1, 42), plane)
    tile.write_bytes(tile.read_bytes()[:n_bytes])
    rule, english, _ = refusal(tile)
    assert rule == "relief.hgt.size"
    assert told in english


def test_a_packed_file_that_never_ends_is_not_unpacked_to_its_end(tmp_path):
    path = tmp_path / "N42E001.hgt.gz"
    path.write_bytes(gzip.compress(bytes(60_000_000), compresslevel=1))
    rule, english, _ = refusal(path)
    assert rule == "relief.hgt.size"
    assert "> 25934402" in english


@pytest.mark.parametrize("suffix", [".hgt.zip", ".hgt.gz"])
@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x03\x04 cut", b"\x1f\x8b\x08\x00 cut"]
)
def test_a_damaged_archive_is_refused(tmp_path, suffix, content):
    path = tmp_path / f"N42E001{suffix}"
    path.write_bytes(content)
    assert refusal(path)[0] in {"relief.unreadable", "relief.hgt.size"}


@pytest.mark.parametrize("members", [(), ("N42E001.hgt", "N43E001.hgt")])
def test_a_zip_must_hold_one_tile(tmp_path, members):
    path = tmp_path / "N42E001.hgt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"")
    rule, english, _ = refusal(path)
    assert rule == "relief.hgt.zip"
    assert f"holds {len(members)}" in english


def test_a_missing_tile_is_refused(tmp_path):
    assert refusal(tmp_path / "N42E001.hgt")[0] == "relief.unreadable"
