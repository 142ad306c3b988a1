"""What is kept from one run to the next, whatever happens to it meanwhile."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutplan import cache

NAME = "things-1"
ARRAYS = {
    "numbers": np.arange(500, dtype=np.int32),
    "shares": np.array([[0.5, np.nan], [np.inf, -0.0]]),
    "words": np.array(["路", "a longer one"]),
    "nothing": np.empty((0, 3), dtype=np.uint8),
    "one": np.array(7),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def entry(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def is_same(arrays: dict[str, np.ndarray] | None) -> bool:
    return arrays is not None and all(
        arrays[key].dtype == array.dtype and np.array_equal(arrays[key], array, equal_nan=nan)
        for key, array in ARRAYS.items()
        for nan in [array.dtype.kind == "f"]
    )


def test_what_is_kept_comes_back(folder: Path) -> None:
    assert cache.recall(NAME) is None
    cache.keep(NAME, ARRAYS)
    recalled = cache.recall(NAME)
    assert is_same(recalled)
    assert list(recalled) == list(ARRAYS)
    cache.keep(NAME, {"other": np.arange(3)})
    assert list(cache.recall(NAME)) == ["other"]
    assert len(list(folder.iterdir())) == 1


def test_names_tell_every_part_apart() -> None:
    names = [
        cache.entry_name("a-1", ["x", "yz"]),
        cache.entry_name("a-1", ["xy", "z"]),
        cache.entry_name("a-1", ["xyz"]),
        cache.entry_name("a-1", ["x", "yz", ""]),
        cache.entry_name("a-2", ["x", "yz"]),
    ]
    assert len(set(names)) == len(names)
    assert cache.entry_name("a-1", ["路"]) == cache.entry_name("a-1", ["路".encode()])
    assert all(Path(name).name == name for name in names)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(folder))
        cache.keep(NAME, ARRAYS)
    return entry(folder).read_bytes()


@given(data=st.data())
def test_a_damaged_entry_is_none(whole: bytes, data: st.DataObject) -> None:
    """Whatever single byte is another one, nothing wrong is ever recalled."""
    content = bytearray(whole)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    folder = cache.cache_folder()
    folder.mkdir(exist_ok=True)
    (folder / f"{NAME}{cache._SUFFIX}").write_bytes(content)
    recalled = cache.recall(NAME)
    assert recalled is None or all(key not in recalled for key in ARRAYS) or is_same(recalled)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_half_written_entry_is_none(folder: Path, whole: bytes, share: float) -> None:
    cache.keep(NAME, ARRAYS)
    entry(folder).write_bytes(whole[: int(share * len(whole))])
    assert cache.recall(NAME) is None


def test_an_entry_of_something_else_is_none(folder: Path) -> None:
    cache.keep(NAME, ARRAYS)
    path = entry(folder)
    for content in (b"", b"PK\x03\x04", b"\x93NUMPY", os.urandom(1000), pickle.dumps({"a": 1})):
        path.write_bytes(content)
        assert cache.recall(NAME) is None
    path.unlink()
    path.mkdir()
    assert cache.recall(NAME) is None
    cache.keep(NAME, ARRAYS)
    assert cache.recall(NAME) is None


def test_nothing_is_ever_unpickled(folder: Path) -> None:
    """An entry that would run a program when unpickled runs none."""
    with pytest.raises(ValueError, match="allow_pickle"):
        cache.keep(NAME, {"objects": np.array([object()])})
    assert not list(folder.iterdir())

    cache.keep(NAME, ARRAYS)
    trap = np.empty(1, dtype=object)
    trap[0] = _Trap(folder / "sprung")
    with zipfile.ZipFile(entry(folder), "w") as archive, archive.open("numbers", "w") as member:
        np.lib.format.write_array(member, trap)
    assert cache.recall(NAME) is None
    assert not (folder / "sprung").exists()


class _Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_off_keeps_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for word in ("off", "OFF"):
        monkeypatch.setenv(cache.FOLDER_VARIABLE, word)
        monkeypatch.chdir(tmp_path)
        cache.keep(NAME, ARRAYS)
        assert cache.recall(NAME) is None
    assert not list(tmp_path.iterdir())


def test_the_usual_folder_is_the_user_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.FOLDER_VARIABLE)
    usual = cache.cache_folder()
    assert usual.is_absolute()
    assert usual.name == "layoutplan"
    monkeypatch.setattr(cache, "user_cache_path", lambda *_, **__: Path("~/.cache/layoutplan"))
    assert cache.cache_folder() is None


def test_a_folder_that_cannot_be_is_no_fault(folder: Path) -> None:
    folder.write_text("a file is in the way")
    cache.keep(NAME, ARRAYS)
    assert cache.recall(NAME) is None


def test_a_full_disk_leaves_nothing_and_is_no_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep(NAME, ARRAYS)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.npy, "write_array", full)
    cache.keep(NAME, {"numbers": np.arange(9)})
    assert is_same(cache.recall(NAME))
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_may_only_be_read_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    cache.keep(NAME, ARRAYS)
    monkeypatch.setattr(cache.os, "utime", refused)
    monkeypatch.setattr(cache.tempfile, "mkstemp", refused)
    assert is_same(cache.recall(NAME))
    cache.keep("other-1", ARRAYS)
    assert len(list(folder.iterdir())) == 1


def age(path: Path, hours: float) -> None:
    then = time.time() - 3600 * hours
    os.utime(path, (then, then))


def test_the_longest_unused_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        cache.keep(f"things-{number}", ARRAYS)
    size = (folder / f"things-0{cache._SUFFIX}").stat().st_size
    for number in range(4):
        age(folder / f"things-{number}{cache._SUFFIX}", hours=10 - number)
    assert cache.recall("things-0") is not None
    monkeypatch.setattr(cache, "LARGEST_BYTES", 3 * size)
    cache.keep("things-4", ARRAYS)
    assert sorted(path.name.split(".")[0] for path in folder.iterdir()) == [
        "things-0",
        "things-3",
        "things-4",
    ]


def test_nothing_but_entries_is_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the user named may hold files of hers."""
    folder.mkdir()
    hers = [folder / "results.npz", folder / "table.csv", folder / ".npz"]
    for path in hers:
        path.write_bytes(b"x" * 1000)
        age(path, hours=1000)
    monkeypatch.setattr(cache, "LARGEST_BYTES", 0)
    cache.keep(NAME, ARRAYS)
    assert sorted(folder.iterdir()) == sorted(hers)


def test_what_was_left_half_written_is_removed_after_a_day(folder: Path) -> None:
    folder.mkdir()
    left, fresh = folder / f".a{cache._SUFFIX}", folder / f".b{cache._SUFFIX}"
    for path in (left, fresh):
        path.write_bytes(b"half an ent")
    age(left, hours=25)
    age(fresh, hours=1)
    cache.keep(NAME, ARRAYS)
    assert not left.exists()
    assert fresh.exists()


WRITER = """
import sys
import numpy as np
from layoutplan import cache

mark = int(sys.argv[1])
for _ in range(40):
    cache.keep("shared-1", {"a": np.full(20_000, mark), "b": np.full(20_000, mark)})
    kept = cache.recall("shared-1")
    assert kept is not None
    assert (kept["a"] == kept["a"][0]).all()
    assert (kept["b"] == kept["a"][0]).all()
"""


def test_processes_at_once_each_see_a_whole_entry(folder: Path) -> None:
    command = [sys.executable, "-c", WRITER]
    writers = [
        subprocess.Popen([*command, str(mark)], stderr=subprocess.PIPE)  # noqa: S603  # our own
        for mark in range(3)
    ]
    faults = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], faults
    assert len(list(folder.iterdir())) == 1
