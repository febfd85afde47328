"""Take the patterns away: CSV, JSON, and the text format of the SPMF library."""

import json
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.mining.spmf import write_spmf
from seqrec_core.text import say
from seqrec_core.ui.chart import flat
from seqrec_core.ui.patterns.room import Room

FORMATS = {"csv": "text/csv", "json": "application/json", "txt": "text/plain"}


def menu(room: Room) -> None:
    """Offer the patterns on the page as files, made when asked for."""
    makers = {"csv": as_csv, "json": as_json, "txt": as_spmf}
    with st.popover(say("page_patterns.export"), icon=":material/download:"):
        for ending, kind in FORMATS.items():
            st.download_button(
                say(f"page_patterns.export.{ending}"),
                data=partial(makers[ending], room),
                file_name=f"patterns.{ending}",
                mime=kind,
                key=f"patterns_export_{ending}",
                on_click="ignore",
                width="stretch",
            )


def as_csv(room: Room) -> bytes:
    """Return the patterns by names and by ids, with their measures."""
    named = room.named(room.frame)[c.ITEMS].alias("pattern")
    return to_csv(flat(room.frame.select(named, pl.all())))


def as_json(room: Room) -> bytes:
    """Return the patterns with the terms they were found under."""
    result = room.found.result
    head = {
        "dataset": room.now.dataset.id,
        "unit": result.unit,
        "of": result.of,
        "segment": None if room.now.segment is None else room.now.segment.name,
        "direct_repeats_once": room.chosen.once,
        "n_sequences": result.n_sequences,
        "min_count": room.terms.min_count,
        "kind": room.terms.kind,
        "max_gap": room.terms.max_gap,
        "complete": result.complete,
    }
    titles = room.named(room.frame)[c.ITEMS].to_list()
    rows = [{**row, "names": names} for row, names in zip(room.frame.to_dicts(), titles, strict=True)]
    return json.dumps({**head, "patterns": rows}, ensure_ascii=False, indent=1).encode()


def as_spmf(room: Room) -> bytes:
    """Return the patterns as SPMF writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "patterns.txt"
        shown = set(map(tuple, room.frame[c.ITEMS].to_list()))
        result = room.found.result
        write_spmf(result.only(np.array([tuple(items) in shown for items in result.frame[c.ITEMS].to_list()], bool)), path)
        return path.read_bytes()
