"""Read and write the SPMF text format: `1 -1 2 3 -1 -2` is a sequence of the step 1 and then the step {2, 3}.

Source: the input and output formats of sequential pattern mining in the SPMF library (Fournier-Viger et al. 2016). Lines
that begin with #, % or @ are no sequences; `@ITEM=1=apple` names item 1.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.types import MiningResult

SEQUENCE_END = -2
REMARKS = (b"#", b"%", b"@")
SHOWN = 40  # bytes of a wrong token that are quoted
AT_ONCE = 200_000  # patterns written together
LINE_END = len(" -1 ") + 3, len("#SUP: \n") + 20  # bytes an event and a pattern take beside names


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
    from seqrec_core.mining.spmf_kernels import parsed

    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise NotFound("mining", "no_spmf", path=path) from error
    content, names = _without_remarks(content)
    items, steps, offsets, wrong, last, end = parsed(np.frombuffer(content, np.uint8))
    if wrong >= 0:
        line, found = content.count(b"\n", 0, wrong) + 1, content[wrong : wrong + SHOWN].split()[0].decode("utf-8", "replace")
        raise BadInput("mining", "spmf_token", line=line, path=path, found=found)
    if last not in (0, SEQUENCE_END):
        line = content.count(b"\n", 0, end) + 1
        raise BadInput("mining", "spmf_unfinished", line=line, path=path, found=last)
    if not len(items):
        raise BadInput("mining", "spmf_empty", path=path)
    numbers, values = _coded(items)
    labels = tuple(names.get(number, str(number)) for number in numbers.tolist())
    owner = np.arange(len(offsets) - 1, dtype=np.int32)
    return Sequences(values, offsets, labels, None, steps, owner, "session", "item")


def has_baskets(sequences: Sequences) -> bool:
    """Whether some step of some sequence holds several events."""
    new_row = np.zeros(len(sequences.values) + 1, bool)
    new_row[sequences.offsets] = True
    return bool((~new_row[1:-1] & (np.diff(sequences.steps) == 0)).any())


def write_spmf(result: MiningResult, path: str | Path) -> None:
    """Write patterns as SPMF does: `1 2 -1 3 -1 #SUP: 7`. Labels that are no numbers get one, named on top of the file.

    Args:
        result: patterns in their order.
        path: the file; written aside and then renamed, and nothing is left of it where that fails.
    """
    from seqrec_core.mining.spmf_kernels import written

    table = result.table
    codes, bounds = table.codes()
    n = len(table.labels)
    used = sorted({table.labels[code] for code in np.unique(codes % max(n, 1)).tolist()})
    are_numbers = all(label.isascii() and label.isdigit() and str(int(label)) == label for label in used)
    number = {label: label if are_numbers else str(i) for i, label in enumerate(used, start=1)}
    names = [number.get(label, "").encode() for label in table.labels]
    name_bounds = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.int64)
    text = np.frombuffer(b"".join(names) or b" ", np.uint8)
    an_event, a_line = LINE_END[0] + max(map(len, names), default=0), LINE_END[1]
    aside = Path(f"{path}.part")
    try:
        with aside.open("wb") as file:
            if not are_numbers:
                head = ["@CONVERTED_FROM_TEXT", *(f"@ITEM={number[label]}={' '.join(label.split())}" for label in used)]
                file.write("".join(f"{line}\n" for line in head).encode())
            for low in range(0, len(table), AT_ONCE):
                part = bounds[low : low + AT_ONCE + 1]
                out = np.empty(int(part[-1] - part[0]) * an_event + (len(part) - 1) * a_line, np.uint8)
                size = written(codes, part, table.counts[low : low + AT_ONCE], n, text, name_bounds, out)
                file.write(out[:size].data)
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


def _coded(items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the different numbers, rising, and the place of each item among them."""
    largest = int(items.max())
    if largest > 4 * len(items) + 1_000_000:
        numbers, values = np.unique(items, return_inverse=True)
        return numbers, values.astype(np.int32)
    occurs = np.zeros(largest + 1, bool)
    occurs[items] = True
    numbers = np.flatnonzero(occurs)
    code = np.zeros(largest + 1, np.int32)
    code[numbers] = np.arange(len(numbers), dtype=np.int32)
    return numbers, code[items]
