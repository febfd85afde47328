"""The SPMF format is read with its baskets and written as the library writes it."""

from pathlib import Path

import pytest

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.engine import mine
from seqrec_core.mining.spmf import read_spmf, write_spmf
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import made


def test_baskets_become_steps(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("# a remark\n1 -1 2 30 -1 1 -1 -2\n-2\n30 -1 -2\n")
    sequences = read_spmf(path)
    assert sequences.labels == ("1", "2", "30")
    assert [[sequences.labels[code] for code in sequences[row]] for row in range(len(sequences))] == [
        ["1", "2", "30", "1"],
        ["30"],
    ]
    first = sequences.steps[:4]
    assert (first[1] == first[2], first[0] < first[1], first[2] < first[3]) == (True, True, True)
    found = {pattern.items for pattern in mine(sequences, MiningTerms(1)).patterns()}
    assert ("1", "30", "1") in found
    assert ("2", "30") not in found


def test_writes_patterns_as_the_library_does(tmp_path: Path) -> None:
    source, target = tmp_path / "log.txt", tmp_path / "out.txt"
    source.write_text("1 -1 2 -1 -2\n1 -1 2 -1 -2\n10 -1 -2\n")
    write_spmf(mine(read_spmf(source), MiningTerms(2)), target)
    assert target.read_text() == "1 -1 #SUP: 2\n2 -1 #SUP: 2\n1 -1 2 -1 #SUP: 2\n"
    assert [path.name for path in tmp_path.iterdir()] != []
    assert not list(tmp_path.glob("*.part"))


def test_labels_that_are_no_numbers_are_named_on_top(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    write_spmf(mine(made([[[1], [0]]]), MiningTerms(1, min_length=2)), target)
    assert target.read_text() == "@CONVERTED_FROM_TEXT\n@ITEM=1=a\n@ITEM=2=b\n1 -1 2 -1 #SUP: 1\n"
    named = tmp_path / "named.txt"
    named.write_text("@CONVERTED_FROM_TEXT\n@ITEM=1=red hat\n@ITEM=2=b\n1 -1 2 -1 -2\n")
    assert read_spmf(named).labels == ("red hat", "b")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("1 -1 -2\n1 -1 x -1 -2\n", "Line 2"),
        ("1 -1 -2\n\n1 -1 -3 -1 -2\n", "Line 3"),
        ("1 -1 1.5 -1 -2\n", "1.5"),
        ("1 -1 2 -1\n", "Line 1"),
        ("1 -1 -2\n1 -1 2 -1\n3 -1 -2\n", "Line 2"),
        ("1 -1 -2\r\n1 -1 2\r\n3 -1 -2\r\n", "Line 2"),
        ("1 -1 -2\n\n1 -1 2 -1", "Line 3"),
        ("", "no sequence"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "log.txt"
    path.write_text(content)
    with pytest.raises(BadInput) as error:
        read_spmf(path)
    assert says in error.value.message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_spmf(tmp_path / "none.txt")


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "out.txt").mkdir()
    source = tmp_path / "in.txt"
    source.write_text("1 -1 -2\n")
    with pytest.raises(IsADirectoryError):
        write_spmf(mine(read_spmf(source), MiningTerms(1)), tmp_path / "out.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "out.txt"]
