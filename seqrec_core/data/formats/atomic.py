"""RecBole's atomic files (.inter, .item, .user): text with tabs whose header names a type for each column; a row is a line.

Source: the atomic files of RecBole (Zhao et al. 2021): `user_id:token`, `rating:float`, `title:token_seq`.
"""

import re
from dataclasses import replace

from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.table import Table
from seqrec_core.text import say

FIELD = re.compile(r"^([^:\t]+):(token|float|token_seq|float_seq)$")
DELIMITERS = ("\t", ",", " ")


def atomic_options(text: str, read: ReadOptions) -> ReadOptions | None:
    """Return how an atomic file is read, None where the first line is no typed header.

    Args:
        text: the beginning of the file.
        read: what is known; it wins.
    """
    first = text.split("\n", 1)[0].rstrip("\r")
    for delimiter in DELIMITERS if read.delimiter is None else (read.delimiter,):
        if all(FIELD.match(cell) for cell in first.split(delimiter)):
            known = {"format": "recbole", "delimiter": delimiter, "has_header": True, "quote": "", "skip_lines": 0}
            return read.model_copy(update={**known, **read.model_dump(exclude_none=True, exclude={"format"})})
    return None


def without_types(table: Table) -> Table:
    """Take the types out of the names of columns, unless two would then be called the same."""
    fields = {name: match[1] for name in table.frame.columns if (match := FIELD.match(name))}
    if len(set(fields.values())) == table.frame.width:
        table = replace(table, frame=table.frame.rename(fields))
    return replace(table, format="recbole", recognised=say("data.format.recbole", n=len(fields)))
