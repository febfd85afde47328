"""Read and write the SPMF text format: `1 -1 2 3 -1 -2` is a sequence of the step 1 and then the step {2, 3}.

Source: the input and output formats of sequential pattern mining in the SPMF library (Fournier-Viger et al. 2016). Lines
that begin with #, % or @ are no sequences; `@ITEM=1=apple` names item 1.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.types import MiningResult

STEP_END, SEQUENCE_END = -1, -2
REMARKS = (b"#", b"%", b"@")


def read_spmf(path: str | Path) -> Sequences:
    """Read a file of sequences. Labels are the numbers as written, or the names that the file gives them.

    Args:
        path: a text file in the SPMF sequence format.

    Returns:
        Sequences of items without times; each is its own owner.

    Raises:
        NotFound: no such file.
        BadInput: something that is no number, a sequence without end, or no sequence at all (with the line).
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise NotFound("mining", "no_spmf", path=path) from error
    content, names = _without_remarks(content)
    tokens = _numbers(content, path)
    if not len(tokens):
        raise BadInput("mining", "spmf_empty", path=path)
    if tokens[-1] != SEQUENCE_END:
        raise BadInput("mining", "spmf_unfinished", path=path, found=int(tokens[-1]))
    return _sequences(tokens, names)


def write_spmf(result: MiningResult, path: str | Path) -> None:
    """Write patterns as SPMF does: `1 -1 2 -1 #SUP: 7`. Labels that are no numbers get one, named on top of the file.

    Args:
        result: patterns in their order.
        path: the file; written aside and then renamed, and nothing is left of it where that fails.
    """
    labels = sorted(set(result.frame[c.ITEMS].explode().drop_nulls()))
    are_numbers = all(label.isascii() and label.isdigit() and str(int(label)) == label for label in labels)
    number = {label: label if are_numbers else str(i) for i, label in enumerate(labels, start=1)}
    aside = Path(f"{path}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            if not are_numbers:
                file.write("@CONVERTED_FROM_TEXT\n")
                file.writelines(f"@ITEM={number[label]}={' '.join(label.split())}\n" for label in labels)
            for items, count in result.frame.select(c.ITEMS, c.SUPPORT_COUNT).iter_rows():
                file.write("".join(f"{number[item]} -1 " for item in items) + f"#SUP: {count}\n")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _without_remarks(content: bytes) -> tuple[bytes, dict[int, str]]:
    """Blank the lines that are no sequences; return the names of items that they give."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not any(mark in content for mark in REMARKS):
        return content, {}
    names, kept = {}, []
    for line in content.splitlines():
        is_remark = line.lstrip().startswith(REMARKS)
        kept.append(b"" if is_remark else line)
        if is_remark and line.startswith(b"@ITEM="):
            number, _, name = line.removeprefix(b"@ITEM=").decode("utf-8", "replace").partition("=")
            if number.isascii() and number.isdigit():
                names[int(number)] = name
    return b"\n".join(kept), names


def _numbers(content: bytes, path: str | Path) -> NDArray[np.int64]:
    """Return all numbers of a file, int64.

    Raises:
        BadInput: something else, with its line.
    """
    try:
        tokens = np.array(content.split(), dtype=bytes).astype(np.int64)
        if not len(tokens) or tokens.min() >= SEQUENCE_END:
            return tokens
    except (ValueError, OverflowError):
        pass
    for number, line in enumerate(content.splitlines(), start=1):
        for token in line.split():
            if not token.removeprefix(b"-").isdigit() or len(token) > 18 or int(token) < SEQUENCE_END:
                found = token[:40].decode("utf-8", "replace")
                raise BadInput("mining", "spmf_token", line=number, path=path, found=found)
    raise BadInput("mining", "spmf_token", line=0, path=path, found="")


def _sequences(tokens: NDArray[np.int64], names: dict[int, str]) -> Sequences:
    is_item = tokens >= 0
    ends = np.flatnonzero(tokens == SEQUENCE_END)
    # A sequence may leave out the -1 of its last step; both marks begin a new step.
    steps = np.cumsum(~is_item)[is_item]
    offsets = np.concatenate([[0], np.cumsum(is_item)[ends]]).astype(np.int64)
    offsets = offsets[np.concatenate([[True], np.diff(offsets) > 0])]  # a line that holds only -2 is no sequence
    numbers, values = np.unique(tokens[is_item], return_inverse=True)
    labels = tuple(names.get(number, str(number)) for number in numbers.tolist())
    n = len(offsets) - 1
    owner = np.arange(n, dtype=np.int32)
    return Sequences(values.astype(np.int32), offsets, labels, None, steps.astype(np.int64), owner, "session", "item")
