"""Pickers that write a test of a segment's rule: by a feature, by what was done, by an order, by a column."""

from collections.abc import Callable
from datetime import date
from typing import get_args

import polars as pl
import streamlit as st

from seqrec_core.data.features.distribution import Distribution
from seqrec_core.data.features.registry import FeatureOf, definition, title_of
from seqrec_core.data.sequences import Of
from seqrec_core.errors import SeqrecError
from seqrec_core.figures.features import value_text
from seqrec_core.segments.grammar import Operator, holding
from seqrec_core.segments.rules import OF_USER
from seqrec_core.segments.types import Segment
from seqrec_core.segments.writing import Joint, compared, inverted, joined, word
from seqrec_core.text import count, percent, say
from seqrec_core.ui import errors, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import feature_calls, segment_draft
from seqrec_core.ui.data import segment_calls as calls
from seqrec_core.ui.data.segment_draft import SegmentDraft

NUMERIC: tuple[Operator, ...] = (">=", "<=", ">", "<", "=", "!=")
MOST_TEXTS = 500


def show(now: Context, draft: SegmentDraft) -> None:
    """Draw the pickers, the test that they write with its size, and the way into the rule."""
    kinds: dict[str, Callable[[Context, SegmentDraft], str]] = {"feature": _feature, "did": _did, "order": _order}
    if calls.columns(now.dataset):
        kinds["column"] = _column
    kind = st.segmented_control(
        say("page_segments.pick"),
        list(kinds),
        default="feature",
        required=True,
        format_func=lambda one: say(f"page_segments.pick.{one}"),
        key=_key(draft, "kind"),
        label_visibility="collapsed",
    )
    test = kinds[kind or "feature"](now, draft)
    if test:
        _add(now, draft, test)


def _key(draft: SegmentDraft, name: str) -> str:
    """Name a widget by dataset and unit: the choices of another log or unit are others."""
    return f"segment_{name}_{draft.dataset}_{draft.unit}"


def _add(now: Context, draft: SegmentDraft, test: str) -> None:
    """Show the test with its size, and join it to the rule."""
    written, joint, button = st.columns([2.6, 1, 1.2], vertical_alignment="center", gap="small")
    with written:
        st.code(test, language=None, wrap_lines=True)
        try:
            found = calls.size(now.dataset, Segment(name=segment_draft.UNNAMED, rule=test, unit=draft.unit))
        except SeqrecError as error:
            errors.show(error)
            return
        n, share = (found.sessions, found.share_of_sessions) if draft.unit == "session" else (found.users, found.share_of_users)
        st.caption(say("page_segments.alone", n=count(n, draft.unit), share=percent(share)))
    chosen: Joint = "and"
    if draft.rule.strip():
        with joint:
            chosen = st.segmented_control(
                say("page_segments.joint"),
                list(get_args(Joint)),
                default="and",
                required=True,
                format_func=lambda one: say(f"page_segments.joint.{one}"),
                key="segment_joint",
                label_visibility="collapsed",
            ) or "and"  # fmt: skip
    with button:
        label = say("page_segments.add") if draft.rule.strip() else say("page_segments.begin")
        st.button(label, key="segment_add", icon=":material/add:", on_click=_join, args=(draft.dataset, chosen, test))


def _join(dataset: str, joint: Joint, test: str) -> None:
    """Write the test into the rule; a rule that cannot be read stays as it is, and says so itself."""
    draft = segment_draft.current(dataset)
    try:
        segment_draft.write(dataset, rule=joined(draft.rule, joint, test))
    except SeqrecError:
        return


def _feature(now: Context, draft: SegmentDraft) -> str:
    """Write a comparison of a feature."""
    known = calls.features(now.dataset, draft.unit)
    names = list(known)
    left, middle, right = st.columns([2, 1, 1.6], gap="small", vertical_alignment="top")
    with left:
        name = st.selectbox(
            say("page_segments.feature"),
            names,
            index=names.index("events"),
            format_func=lambda one: _title(known, one),
            key=_key(draft, "feature"),
        )
    of, column = known[name]
    feature = definition(of, column)
    if feature is None:
        return ""
    values = feature_calls.table(now.dataset, of).frame[column]
    spread = feature_calls.spread(now.dataset, of, column, None)
    left.caption(errors.plain(feature.formula))
    if values.dtype == pl.String:
        return _text(name, values, middle, right, draft)
    operators = NUMERIC if values.dtype.is_numeric() else NUMERIC[:4]
    with middle:
        sign = st.selectbox(
            say("page_segments.is"),
            operators,
            format_func=lambda one: say(f"page_segments.operator.{_spelled(one)}"),
            key=_key(draft, "operator"),
        )
    with right:
        value = _value(draft, name, feature.unit, spread)
    return compared(name, sign, [value]) if value else ""


def _title(known: dict[str, tuple[FeatureOf, str]], name: str) -> str:
    of, column = known[name]
    title = title_of(of, column)
    return say("page_segments.of_user", title=title) if name.startswith(OF_USER) else title


def _spelled(sign: str) -> str:
    """Name an operator in a key of the catalogue."""
    return {">=": "at_least", "<=": "at_most", ">": "more", "<": "less", "=": "is", "!=": "is_not"}[sign]


def _value(draft: SegmentDraft, name: str, unit: str, spread: Distribution) -> str:
    """Ask for a number or a day, beginning with the median; say between which ends the values lie."""
    if spread.middle is None or spread.least is None or spread.most is None:
        st.caption(say("page_segments.no_value"))
        return ""
    key = _key(draft, f"value_{name}")
    if spread.kind == "time":
        day = st.date_input(say("page_segments.value"), spread.middle.date(), key=key)  # type: ignore[union-attr]
        written = day.isoformat() if isinstance(day, date) else ""
    else:
        written = _number(key, unit, float(spread.middle))  # type: ignore[arg-type]
    ends = (value_text(value, unit) for value in (spread.least, spread.middle, spread.most))
    st.caption(say("page_segments.between", **dict(zip(("low", "middle", "high"), ends, strict=True))))
    return written


def _number(key: str, unit: str, middle: float) -> str:
    if unit == "share":
        share = st.number_input(say("page_segments.value.percent"), 0.0, 100.0, round(100 * middle, 1), format="%g", key=key)
        return f"{share:g}%"
    label = say("page_segments.value.seconds") if unit == "seconds" else say("page_segments.value")
    number = st.number_input(label, value=float(f"{middle:.6g}"), format="%g", key=key)
    return str(int(number)) if number == int(number) else repr(number)


def _text(name: str, values: pl.Series, middle: "st.delta_generator.DeltaGenerator", right: "st.delta_generator.DeltaGenerator",
          draft: SegmentDraft) -> str:  # fmt: skip
    """Ask for the texts that a feature may have."""
    usual = values.drop_nulls().value_counts(sort=True).head(MOST_TEXTS)[values.name].to_list()
    with middle:
        is_not = _is_not(draft)
    with right:
        chosen = st.multiselect(say("page_segments.values"), usual, key=_key(draft, f"texts_{name}"))
    return _among(name, chosen, is_not)


def _is_not(draft: SegmentDraft) -> bool:
    """Ask whether values belong or do not."""
    key = _key(draft, "among")
    chosen = st.selectbox(
        say("page_segments.is"), ["is", "is_not"], format_func=lambda one: say(f"page_segments.operator.{one}"), key=key
    )
    return chosen == "is_not"


def _among(name: str, values: list[str], is_not: bool) -> str:
    """Write that a name has one of these values, or none of them."""
    if not values:
        return ""
    if len(values) == 1:
        return compared(name, "!=" if is_not else "=", values)
    test = compared(name, "in", values)
    return inverted(test) if is_not else test


def _of(now: Context, draft: SegmentDraft, known: dict[Of, list[str]]) -> Of:
    """Ask what labels are, where there is a choice."""
    kinds = list(known)
    if len(kinds) == 1:
        return kinds[0]
    chosen = st.selectbox(
        say("page_segments.label_of"), kinds, format_func=lambda one: say(f"page_segments.label_of.{one}"), key=_key(draft, "of")
    )
    return chosen or kinds[0]


def _named(now: Context, of: Of) -> Callable[[str], str]:
    """Return how a label is shown: an item with its title."""
    titles = loaders.arrays(now.dataset).catalog.titles if of == "item" else {}
    return lambda label: f"{titles[label]} ({label})" if titles.get(label, label) != label else label


def _did(now: Context, draft: SegmentDraft) -> str:
    """Write that somebody did, or did not do, something."""
    known = calls.labels(now.dataset)
    left, middle, right = st.columns([1.2, 1.2, 2.4], gap="small")
    with left:
        has = st.selectbox(
            say("page_segments.whether"),
            ["did", "without"],
            format_func=lambda one: say(f"page_segments.whether.{one}"),
            key=_key(draft, "whether"),
        )
    with middle:
        of = _of(now, draft, known)
    with right:
        label = st.selectbox(say("page_segments.label"), known[of], format_func=_named(now, of), key=_key(draft, f"label_{of}"))
    if label is None:
        return ""
    if of == "event":
        return f"{has} {word(label)}"
    return compared(of, "=" if has == "did" else "!=", [label])


def _order(now: Context, draft: SegmentDraft) -> str:
    """Write that labels follow one another."""
    known = calls.labels(now.dataset)
    left, middle, right = st.columns([2.4, 1.2, 1.2], gap="small")
    with middle:
        of = _of(now, draft, known)
    with left:
        chosen = st.multiselect(
            say("page_segments.labels"),
            known[of],
            format_func=_named(now, of),
            key=_key(draft, f"labels_{of}"),
            help=say("page_segments.labels.help"),
        )
    with right:
        steps = st.number_input(
            say("page_segments.within"), 0, 1000, 0, key=_key(draft, "within"), help=say("page_segments.within.help")
        )
    return holding(chosen, of, steps or None) if len(chosen) > 1 else ""


def _column(now: Context, draft: SegmentDraft) -> str:
    """Write that a column of the log has a value."""
    known = calls.columns(now.dataset)
    left, middle, right = st.columns([1.4, 1, 2.2], gap="small")
    with left:
        name = st.selectbox(say("page_segments.column"), list(known), key=_key(draft, "column"))
    with middle:
        is_not = _is_not(draft)
    with right:
        chosen = st.multiselect(say("page_segments.values"), known[name], key=_key(draft, f"column_{name}"))
    return _among(name, chosen, is_not)
