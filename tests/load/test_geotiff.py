"""GeoTIFF files of heights: degrees and meters, windows, voids, and what is wrong with them."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from cases.heights import write_hgt
from layoutplan.core.relief import heights_at
from layoutplan.core.schema import LONLAT
from layoutplan.errors import DataError, MissingDependencyError
from layoutplan.load.geotiff import read_geotiff
from layoutplan.load.relief import read_relief

AROUND = (1.4, 42.4, 1.6, 42.6)
UTM = "EPSG:32631"
BOTH_WAYS = {"crs": LONLAT, "west": 1.3, "north": 42.7, "step": 0.002}


def write_tiff(
    path: Path,
    meters: np.ndarray,
    *,
    crs: str | None,
    west: float,
    north: float,
    step: float,
    turned: bool = False,
    unit: str | None = None,
    scale: tuple[float, float] = (1.0, 0.0),
    **profile: Any,
) -> Path:
    """Write heights (rows going south) whose first cell has its corner at `west` and `north`."""
    rasterio = pytest.importorskip("rasterio")
    transform = rasterio.Affine(step, 0.1 * step if turned else 0.0, west, 0.0, -step, north)
    bands = meters[None] if meters.ndim == 2 else meters
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=bands.shape[2],
            height=bands.shape[1],
            count=len(bands),
            dtype=bands.dtype,
            crs=crs,
            transform=transform,
            **profile,
        ) as file:
            file.write(bands)
            file.scales, file.offsets = [scale[0]] * len(bands), [scale[1]] * len(bands)
            if unit:
                file.units = [unit] * len(bands)
    return path


def sloping(n_rows: int = 200, n_columns: int = 200, dtype: str = "float32") -> np.ndarray:
    """Return heights that rise 2 m by column and 3 m by row."""
    return (3 * np.arange(n_rows)[:, None] + 2 * np.arange(n_columns)).astype(dtype)


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as raised:
        read_geotiff(path, path.name, AROUND)
    (finding,) = raised.value.findings
    assert finding.message_in("en").startswith(path.name)
    assert finding.message_in("zh").startswith(path.name)
    return finding.rule


def rules(path: Path) -> list[str]:
    return [finding.rule for finding in read_geotiff(path, path.name, AROUND)[2]]


@pytest.mark.parametrize("tiled", [False, True])
def test_degrees(tmp_path, tiled):
    layout = {"tiled": True, "blockxsize": 64, "blockysize": 64} if tiled else {}
    path = write_tiff(tmp_path / "dem.tif", sloping(), **BOTH_WAYS, **layout)
    grid, n_rows, findings = read_geotiff(path, "dem.tif", AROUND)
    assert (n_rows, findings) == (200, ())
    assert grid.meters.shape == (106, 106)  # 0.2 degrees and two cells of margin
    lon, lat = np.random.default_rng(0).uniform([[1.4], [42.4]], [[1.6], [42.6]], (2, 100))
    # Heights are those of the centers of cells.
    column, row = (lon - 1.3) / 0.002 - 0.5, (42.7 - lat) / 0.002 - 0.5
    assert heights_at([grid], lon, lat) == pytest.approx(2 * column + 3 * row, abs=1e-2)


@pytest.mark.parametrize("crs", [UTM, "EPSG:32631+5773"])
def test_meters_of_a_map(tmp_path, crs):
    layout = {"crs": crs, "west": 360_000.0, "north": 4_730_000.0, "step": 100.0}
    path = write_tiff(tmp_path / "dem.tif", sloping(400, 400), **layout)
    grid, _, _ = read_geotiff(path, "dem.tif", (1.45, 42.45, 1.55, 42.55))
    assert grid.meters.shape < (400, 400)
    lon, lat = np.random.default_rng(0).uniform([[1.45], [42.45]], [[1.55], [42.55]], (2, 100))
    x, y = Transformer.from_crs(LONLAT, UTM, always_xy=True).transform(lon, lat)
    column, row = (x - 360_000) / 100 - 0.5, (4_730_000 - y) / 100 - 0.5
    assert heights_at([grid], lon, lat) == pytest.approx(2 * column + 3 * row, abs=1e-2)


@pytest.mark.parametrize(
    ("dtype", "nodata"), [("int16", -32768), ("float32", -3.4e38), ("float32", np.nan)]
)
def test_nodata_is_unknown(tmp_path, dtype, nodata):
    meters = sloping(dtype=dtype)
    meters[100, 100] = nodata
    path = write_tiff(tmp_path / "dem.tif", meters, **BOTH_WAYS, nodata=nodata)
    grid, _, _ = read_geotiff(path, "dem.tif", AROUND)
    assert np.isnan(grid.meters).sum() == 1


def test_scale_and_offset_are_applied(tmp_path):
    path = write_tiff(tmp_path / "dem.tif", sloping(), **BOTH_WAYS, scale=(0.1, 1000.0))
    grid, _, _ = read_geotiff(path, "dem.tif", AROUND)
    plain = write_tiff(tmp_path / "plain.tif", sloping(), **BOTH_WAYS)
    expected = read_geotiff(plain, "plain.tif", AROUND)[0].meters * 0.1 + 1000
    assert grid.meters == pytest.approx(expected, rel=1e-6)


def test_feet_become_meters(tmp_path):
    path = write_tiff(tmp_path / "dem.tif", sloping(), **BOTH_WAYS, unit="ft")
    grid, _, findings = read_geotiff(path, "dem.tif", AROUND)
    plain = write_tiff(tmp_path / "plain.tif", sloping(), **BOTH_WAYS)
    in_feet = read_geotiff(plain, "plain.tif", AROUND)[0].meters
    assert grid.meters == pytest.approx(0.3048 * in_feet, rel=1e-6)
    assert [finding.rule for finding in findings] == ["relief.feet"]


def test_a_file_elsewhere_gives_an_empty_grid(tmp_path):
    path = write_tiff(tmp_path / "dem.tif", sloping(), crs=LONLAT, west=8.0, north=50.0, step=0.002)
    assert read_geotiff(path, "dem.tif", AROUND)[0].meters.size == 0


def test_a_picture_is_told(tmp_path):
    gray = write_tiff(tmp_path / "gray.tif", sloping().astype(np.uint8), **BOTH_WAYS)
    colors = write_tiff(tmp_path / "colors.tif", np.stack([sloping()] * 3), **BOTH_WAYS)
    assert rules(gray) == rules(colors) == ["relief.picture"]


def test_what_cannot_be_placed_is_refused(tmp_path):
    where = {"west": 1.3, "north": 42.7, "step": 0.002}
    assert refusal(write_tiff(tmp_path / "bare.tif", sloping(), crs=None, **where)) == (
        "relief.crs.missing"
    )
    assert refusal(write_tiff(tmp_path / "turned.tif", sloping(), turned=True, **BOTH_WAYS)) == (
        "relief.turned"
    )
    local = 'LOCAL_CS["site",UNIT["metre",1]]'
    assert refusal(write_tiff(tmp_path / "local.tif", sloping(), crs=local, **where)) == (
        "relief.crs.unusable"
    )


def test_what_is_no_geotiff_is_refused(tmp_path):
    pytest.importorskip("rasterio")
    (tmp_path / "text.tif").write_text("heights")
    whole = write_tiff(tmp_path / "whole.tif", sloping(), **BOTH_WAYS).read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    # A list of other files, which GDAL would follow wherever it leads.
    (tmp_path / "virtual.tif").write_text(
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Float32" band="1">'
        "<SimpleSource><SourceFilename>whole.tif</SourceFilename></SimpleSource></VRTRasterBand>"
        "</VRTDataset>"
    )
    names = ("text.tif", "cut.tif", "virtual.tif", "absent.tif")
    assert {refusal(tmp_path / name) for name in names} == {"relief.unreadable"}


def test_without_rasterio_the_planner_is_told_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "dem.tif").write_bytes(b"II*\x00")
    tile = write_hgt(tmp_path, (1, 42), lambda lon, lat: 1000 * (lon - 1) + 0 * lat)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(MissingDependencyError, match=r"pip install .*layoutplan\[elevation\]"):
        read_relief([(tmp_path / "dem.tif", "dem.tif")], AROUND)
    relief, _, findings = read_relief([(tile, tile.name)], AROUND)
    assert len(relief) == 1
    assert findings == ()
