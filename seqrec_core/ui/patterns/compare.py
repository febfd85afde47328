"""What does one group do more often than another? Two segments or periods, with what chance would give."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.errors import SeqrecError
from seqrec_core.figures import alt
from seqrec_core.figures.changes import pattern_differences
from seqrec_core.insight import contrast as insight_contrast
from seqrec_core.insight.contrast import Contrast, contrast, together
from seqrec_core.insight.groups import groups
from seqrec_core.mining.repeats import is_new
from seqrec_core.mining.suggest import sensible_min_count
from seqrec_core.mining.types import MiningTerms
from seqrec_core.text import count, decimal, integer, percent, say, signed
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.journeys.state import packed
from seqrec_core.ui.patterns import controls as patterns_controls
from seqrec_core.ui.patterns import groups as patterns_groups
from seqrec_core.ui.patterns.panel import number
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.state import FLOOR, pick

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

DRAWS, MORE_DRAWS, LEVEL = 199, 1_999, 0.05
TOP, COLUMNS = 12, [1.75, 1]
MOST_KEPT = 12
PERCENTS = ("support_a", "support_b", "difference", "low", "high")


@dataclass(frozen=True)
class Compared:
    """What was found, and how many sessions are in both groups and so in neither."""

    found: Contrast
    left_out: int


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[object, ...], Compared]:
    return OrderedDict()


def draw(room: Room, head: "DeltaGenerator") -> None:
    """Draw the patterns that differ, the surest first, and the chosen one."""
    both = patterns_groups.chosen(room)
    if both is None:
        with head:
            chart.finding(say("page_patterns.title.none"), room.who(), page=True)
        st.info(say("page_patterns.compare.nothing"), icon=":material/group_off:")
        return
    patterns_groups.choose(room, *both)
    with st.container(horizontal=True, vertical_alignment="center"):
        patterns_controls.gap(room, 240)
        patterns_controls.once(room)
        _exactness()
    a, b = (patterns_groups.label(room, text) for text in both)
    try:
        compared = _compared(room, *both, st.empty())
    except SeqrecError as error:
        with head:
            chart.finding(
                say("page_patterns.compare.title.none", a=a, b=b), say("page_patterns.compare.who", a=a, b=b), page=True
            )
        errors.show(error)
        return
    _draw(room, head, compared, a, b)


def _draw(room: Room, head: "DeltaGenerator", compared: Compared, a: str, b: str) -> None:
    found = compared.found
    frame = found.frame.with_columns(
        pl.lit(found.n_a).alias("n_a"),
        pl.lit(found.n_b).alias("n_b"),
        (pl.col(insight_contrast.P_CORRECTED) > LEVEL).alias("unsure"),
    )
    n_sure = int((~frame["unsure"]).sum()) if frame.height else 0
    with head:
        chart.finding(_title(room, frame, n_sure, a, b), _subtitle(room, compared, n_sure, a, b), page=True)
    if not frame.height:
        st.info(say("page_patterns.compare.no_patterns"), icon=":material/search_off:")
        return
    shown = frame.head(TOP)
    lists = [tuple(items) for items in frame[c.ITEMS].to_list()]
    items = room.chosen.pattern if room.chosen.pattern in lists else lists[0]
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        _chart(room, shown, frame, lists, items)
    with right, st.container(border=True):
        _panel(room, frame.row(lists.index(items), named=True), a, b, found)


def _compared(room: Room, a: str, b: str, place: "DeltaGenerator") -> Compared:
    """Compare, counting permutations on the page; known comparisons are answered at once.

    Raises:
        BadInput, NotFound: groups that are empty, the same, or gone.
    """
    now, chosen = room.now, room.chosen
    draws = MORE_DRAWS if context.get("draws") == str(MORE_DRAWS) else DRAWS
    first, second = patterns_groups.segment(room, a), patterns_groups.segment(room, b)
    named = tuple("" if group is None else group.model_dump_json() for group in (first, second))
    key = (str(loaders.home().path), now.dataset.id, now.unit, chosen.of, *named, chosen.gap, chosen.once, draws)
    kept = _kept()
    if key in kept:
        return kept[key]
    loaded = loaders.arrays(now.dataset)
    pair = groups(loaded.log, loaded.arrays, first, second, now.unit, chosen.of)
    sides = [side.only(is_new(side)) if chosen.once else side for side in (pair.a, pair.b)]
    longest = insight_contrast.LONGEST
    least = max(sensible_min_count(together(sides[0], sides[1])[0], chosen.gap, longest), FLOOR)
    terms = MiningTerms(least, "closed", chosen.gap, max_length=longest, max_seconds=8.0)

    def progress(step: int, total: int, values: dict[str, float]) -> None:
        if step % 10 == 0:  # writing is also where a run ends whose reader has asked for something else
            text = say("page_patterns.compare.drawing", n=integer(step), all=integer(total))
            place.progress(step / total, text=text)

    found = Compared(contrast(sides[0], sides[1], terms, FLOOR, draws, progress=progress), pair.left_out)
    place.empty()
    kept[key] = found
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return found


def _exactness() -> None:
    """Ask for more permutations: p-values below 1 / 200 can then be told apart."""
    is_more = context.get("draws") == str(MORE_DRAWS)
    key = f"patterns_draws_{is_more}"
    st.toggle(
        say("page_patterns.compare.more", n=integer(MORE_DRAWS)),
        is_more,
        key=key,
        on_change=_put_draws,
        args=(key,),
        help=say("page_patterns.compare.more.help", n=integer(DRAWS)),
    )


def _put_draws(key: str) -> None:
    context.put(draws=str(MORE_DRAWS) if st.session_state[key] else None)


def _title(room: Room, frame: pl.DataFrame, n_sure: int, a: str, b: str) -> str:
    if not n_sure:
        return say("page_patterns.compare.title.none", a=a, b=b)
    first = frame.row(0, named=True)
    values = {"a": a, "b": b, "share_a": percent(first["support_a"]), "share_b": percent(first["support_b"])}
    return say("page_patterns.compare.title", path=room.path(first[c.ITEMS]), **values)


def _subtitle(room: Room, compared: Compared, n_sure: int, a: str, b: str) -> str:
    found = compared.found
    parts = [
        say("page_patterns.compare.sizes", a=a, n_a=count(found.n_a, room.unit), b=b, n_b=count(found.n_b, room.unit)),
        say("page_patterns.compare.tested", n=integer(n_sure), of=count(found.frame.height, "pattern")),
    ]
    if compared.left_out:
        parts.append(say("page_patterns.compare.left_out", n=count(compared.left_out, "session")))
    if found.users_in_both:
        parts.append(say("page_patterns.compare.in_both", n=count(found.users_in_both, "user")))
    return " · ".join(parts)


def _chart(room: Room, shown: pl.DataFrame, frame: pl.DataFrame, lists: list[tuple[str, ...]], items: tuple[str, ...]) -> None:
    named = room.named(frame)
    table = named.select(
        pl.col(c.ITEMS).list.join(" → ").alias("pattern"),
        *PERCENTS,
        insight_contrast.P_VALUE,
        insight_contrast.P_CORRECTED,
        insight_contrast.COUNT_A,
        insight_contrast.COUNT_B,
    )
    headings = {name: say(f"page_patterns.column.{name}") for name in table.columns}
    new = chart.chart(
        pattern_differences(room.named(shown), room.dark, top=TOP),
        key="patterns_compare",
        alt=alt.pattern_differences(named),
        table=table,
        how=say("page_patterns.how.compare", floor=FLOOR),
        clickable=True,
        once=True,
        columns={
            name: st.column_config.NumberColumn(label, format="percent") if name in PERCENTS else label
            for name, label in headings.items()
        },
    )
    row = None if new is None else int(new[-1])
    if row is not None and row < len(lists) and lists[row] != items:
        pick(lists[row])
        st.rerun()


def _panel(room: Room, row: dict[str, object], a: str, b: str, found: Contrast) -> None:
    """Show one pattern in both groups, and what chance has to do with it."""
    items: list[str] = row[c.ITEMS]  # type: ignore[assignment]
    for place, item in enumerate(items):
        if place:
            st.caption(say("page_patterns.compare.then"))
        st.badge(errors.plain(room.names.get(item, item)).replace("\\[", "[").replace("\\]", "]"), color="green")
    left, right = st.columns(2)
    for column, side, name, n in ((left, "a", a, found.n_a), (right, "b", b, found.n_b)):
        with column:
            of = say("page_patterns.panel.of", n=integer(float(str(row[f"count_{side}"]))), all=count(n, room.unit))
            number(errors.plain(name), percent(float(str(row[f"support_{side}"]))), of)
    low, high, far = (signed(100 * float(str(row[name])), 1) for name in ("low", "high", "difference"))
    st.markdown(say("page_patterns.compare.interval", points=f"**{far}**", low=low, high=high))
    alone, corrected = (float(str(row[name])) for name in (insight_contrast.P_VALUE, insight_contrast.P_CORRECTED))
    verdict = "unsure" if corrected > LEVEL else "sure"
    st.caption(say(f"page_patterns.compare.{verdict}", p=_p(corrected), alone=_p(alone)))
    with st.expander(say("page_patterns.compare.why")):
        st.caption(say("page_patterns.compare.why.text", draws=integer(found.draws), floor=FLOOR))
    values = {"tab": None, "pat": packed(items)}
    st.button(say("page_patterns.compare.open"), key="patterns_open", width="stretch", on_click=context.put, kwargs=values)


def _p(value: float) -> str:
    return say("page_patterns.p.tiny") if value < 0.001 else say("page_patterns.p", p=decimal(value, 3))
