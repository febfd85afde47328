"""Whole or absent: folders and files are written aside, sealed and renamed."""

import errno
import os
import time
from pathlib import Path

import pytest

from seqrec_core.errors import BadInput, Damaged, Failed
from seqrec_core.store import atomic
from seqrec_core.store.atomic import ASIDE, MANIFEST, check, is_whole, remove, replacing, sweep, write_file, writing
from seqrec_core.store.home import Home


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(folder: Path, text: str = "hello") -> None:
    with writing(folder) as aside:
        (aside / "sub").mkdir()
        (aside / "a.txt").write_text(text)
        (aside / "sub" / "b.txt").write_text("bye")


def test_a_folder_appears_whole_with_its_manifest(tmp_path: Path) -> None:
    write(tmp_path / "x")
    assert names(tmp_path) == ["x"]
    assert names(tmp_path / "x") == ["a.txt", MANIFEST, "sub"]
    assert check(tmp_path / "x", hashes=True) == len("hello") + len("bye")


def test_nothing_is_seen_before_the_end_and_nothing_stays_after_a_failure(tmp_path: Path) -> None:
    def fail_half_way(folder: Path) -> None:
        with writing(folder) as aside:
            (aside / "a.txt").write_text("half")
            assert not folder.exists()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail_half_way(tmp_path / "x")
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("No space left on device")])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def full(folder: Path) -> None:
        raise error

    monkeypatch.setattr(atomic, "_seal", full)
    with pytest.raises(Failed) as caught:
        write(tmp_path / "x")
    assert caught.value.code == "disk_full"
    assert names(tmp_path) == []


def test_a_really_full_file_is_said(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(Failed) as caught, writing(tmp_path / "x"), Path("/dev/full").open("w") as stream:
        stream.write("x" * 100_000)
    assert caught.value.code == "disk_full"
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [OSError(errno.EFBIG, "File too large"), RuntimeError("parquet: File too large (os error 27)")])
def test_a_file_that_may_not_grow_is_said(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(Failed) as caught, writing(tmp_path / "x"):
        raise error
    assert caught.value.code == "cannot_write"
    assert names(tmp_path) == []


def test_a_failed_replacement_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    write_file(path, b"old")

    def fail_half_way() -> None:
        with replacing(path) as aside:
            aside.write_text("new")
            raise OSError(errno.EDQUOT, "Disk quota exceeded")

    with pytest.raises(Failed):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["f.txt"]
    write_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_the_first_of_two_writers_wins(tmp_path: Path) -> None:
    write(tmp_path / "x", "first")
    write(tmp_path / "x", "second")
    assert (tmp_path / "x" / "a.txt").read_text() == "first"
    assert names(tmp_path) == ["x"]


def test_a_changed_byte_is_found_by_its_hash_and_a_lost_one_by_its_size(tmp_path: Path) -> None:
    write(tmp_path / "x")
    path = tmp_path / "x" / "a.txt"
    path.write_text("hellO")
    assert is_whole(tmp_path / "x"), "sizes alone do not show it"
    with pytest.raises(Damaged) as caught:
        check(tmp_path / "x", hashes=True)
    assert "a.txt" in caught.value.message
    path.write_text("hell")
    assert not is_whole(tmp_path / "x")
    path.unlink()
    with pytest.raises(Damaged):
        check(tmp_path / "x")


def test_a_folder_without_a_manifest_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    assert not is_whole(tmp_path / "half")


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    for name in (f"{ASIDE}old", f"{ASIDE}new"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{ASIDE}file").touch()
    two_days_ago = time.time() - 2 * 86_400
    for name in (f"{ASIDE}old", f"{ASIDE}file"):
        os.utime(tmp_path / name, (two_days_ago, two_days_ago))
    assert sweep(tmp_path) == 2
    assert names(tmp_path) == [f"{ASIDE}new"]


def test_removing_leaves_nothing(tmp_path: Path) -> None:
    write(tmp_path / "x")
    remove(tmp_path / "x")
    assert names(tmp_path) == []


def test_a_home_makes_its_rooms_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    for room in (home.datasets, home.runs, home.segments, home.locks, home.exports, home.uploads, home.checkpoints):
        assert room.is_dir()
        assert room.stat().st_mode & 0o777 == 0o700
    assert Home(home.path) == home


def test_a_home_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput) as caught:
        Home(tmp_path / "file" / "home")
    assert caught.value.code == "home_not_usable"
    assert str(tmp_path) in caught.value.message
