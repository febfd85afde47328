"""Where a score comes from besides the events: the parts of a mix, and the words of the item."""

import polars as pl
import streamlit as st

from seqrec_core.figures import explain as figures
from seqrec_core.models.protocol import Fired, HasParts, PartShare, ReadsText
from seqrec_core.serving.told import part_title, parts_of, words_of
from seqrec_core.text import percent, say, signed
from seqrec_core.ui import chart
from seqrec_core.ui.explain.state import View
from seqrec_core.ui.explain.view import CHART_PX


def has_sources(view: View) -> bool:
    """Whether the model is a mix or reads text."""
    model = view.ready.model
    return isinstance(model, HasParts) or (isinstance(model, ReadsText) and model.knows_new_items)


def sources(view: View) -> None:
    """Draw what each part adds to the score, and which words of the item do."""
    history = view.edited.history
    parts, words = parts_of(view.ready, history, view.target), words_of(view.ready, history, view.target)
    if parts is not None:
        _parts(parts)
    if words:
        _words(view, words)
    elif words is not None:
        st.caption(say("page_explain.sources.no_words"))


def _parts(parts: tuple[PartShare, ...]) -> None:
    best = max(parts, key=lambda part: part.value)
    title = say("page_explain.sources.parts", part=part_title(best.name), share=percent(best.share))
    chart.finding(title if best.share else say("page_explain.sources.parts.none"), say("page_explain.sources.parts.unit"))
    _bars([part_title(part.name) for part in parts], [part.value for part in parts], "parts", say("page_explain.sources.part"))


def _words(view: View, words: list[Fired]) -> None:
    best = max(words, key=lambda word: word.value)
    item = view.title(view.target)
    found = say("page_explain.sources.words", words=best.words) if best.value > 0 else say("page_explain.sources.words.none")
    chart.finding(found, say("page_explain.sources.words.unit", item=item))
    _bars([word.words for word in words], [word.value for word in words], "words", say("page_explain.sources.word"))


def _bars(labels: list[str], values: list[float], name: str, column: str) -> None:
    chart.chart(
        figures.contributions(labels, values, dark=chart.is_dark(), width=CHART_PX),
        key=f"explain_{name}",
        alt=say(
            "page_explain.sources.alt", parts="; ".join(f"{label} {signed(v)}" for label, v in zip(labels, values, strict=True))
        ),
        table=pl.DataFrame({column: labels, say("page_explain.table.value"): values}),
        how=say(f"page_explain.sources.{name}.how"),
    )
