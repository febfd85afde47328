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
from seqrec_core.ui.patterns.search import UNDER, Search
from seqrec_core.ui.patterns.state import FLOOR

FORMATS = {"csv": "text/csv", "json": "application/json", "txt": "text/plain"}


def menu(room: Room, search: Search) -> None:
    """Offer the patterns on the page as files, made when asked for."""
    makers = {"csv": as_csv, "json": as_json, "txt": as_spmf}
    with st.popover(say("page_patterns.export"), icon=":material/download:"):
        for ending, kind in FORMATS.items():
            st.download_button(
                say(f"page_patterns.export.{ending}"),
                data=partial(makers[ending], room, search),
                file_name=f"patterns.{ending}",
                mime=kind,
                key=f"patterns_export_{ending}",
                on_click="ignore",
                width="stretch",
            )


def as_csv(room: Room, search: Search) -> bytes:
    """Return the patterns by names and by ids, with their measures."""
    named = room.named(search.frame)[c.ITEMS].alias("pattern")
    return to_csv(flat(search.frame.select(named, pl.exclude(UNDER))))


def as_json(room: Room, search: Search) -> bytes:
    """Return the patterns with the terms they were found under."""
    result = search.found.result
    head = {
        "dataset": room.now.dataset.id,
        "unit": result.unit,
        "of": result.of,
        "segment": None if room.now.segment is None else room.now.segment.name,
        "direct_repeats_once": room.chosen.once,
        "n_sequences": result.n_sequences,
        "min_count": search.terms.min_count,
        "kind": room.chosen.kind,
        "event_types": list(room.chosen.types),
        "privacy_floor": FLOOR,
        "max_gap": search.terms.max_gap,
        "max_gap_seconds": search.terms.max_gap_seconds,
        "max_span_seconds": search.terms.max_span_seconds,
        "complete": result.complete,
    }
    titles = room.named(search.frame)[c.ITEMS].to_list()
    rows = [{**row, "names": names} for row, names in zip(search.frame.drop(UNDER).to_dicts(), titles, strict=True)]
    return json.dumps({**head, "patterns": rows}, ensure_ascii=False, indent=1).encode()


def as_spmf(room: Room, search: Search) -> bytes:
    """Return the patterns as SPMF writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "patterns.txt"
        shown = set(map(tuple, search.frame[c.ITEMS].to_list()))
        result = search.found.result
        write_spmf(result.only(np.array([tuple(items) in shown for items in result.frame[c.ITEMS].to_list()], bool)), path)
        return path.read_bytes()
