"""The features of users, items and sessions: how each is spread, all of them as a table, and whether order matters."""

from typing import Any, get_args

import polars as pl
import streamlit as st

from seqrec_core.data.features.distribution import Distribution
from seqrec_core.data.features.registry import Feature, FeatureOf, definition, title_of
from seqrec_core.data.features.table import ID
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.figures import alt, features
from seqrec_core.figures.features import value_text
from seqrec_core.text import count, integer, percent, say
from seqrec_core.ui import context, errors
from seqrec_core.ui.chart import chart, finding, is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import feature_calls as calls

OF = "data_features_of"
FIRST: dict[FeatureOf, str] = {"user": "events", "item": "events", "sequence": "events"}
MOMENT = "YYYY-MM-DD HH:mm"
LAZY_ROWS = 5_000  # of a longer table the browser gets only the rows that are looked at
QUICK_EVENTS = 100_000  # of a longer log the order is looked at only when asked for


def show(now: Context) -> None:
    """Draw the room."""
    of = _of()
    with errors.shown():
        rows = calls.rows(now.dataset, of, now.segment)
    if not rows.height:
        st.info(f"{errors.plain(say('ui.empty_segment', label=context.segment_label()))} {say('ui.empty_segment.hint')}")
        return
    st.fragment(_spread)(now, of)
    _table(now, of, rows)
    _absent(now, of)
    st.fragment(_order)(now)


def _of() -> FeatureOf:
    kinds: list[FeatureOf] = list(get_args(FeatureOf))
    chosen = st.segmented_control(
        say("page_features.of"),
        kinds,
        default="user",
        required=True,
        format_func=lambda of: say(f"page_features.of.{of}"),
        key=OF,
        persist_state="session",
        label_visibility="collapsed",
    )
    return chosen or "user"


def _noun(of: FeatureOf) -> str:
    return "session" if of == "sequence" else of


def _group(now: Context, of: FeatureOf, n: int) -> str:
    """Say whom the numbers speak of."""
    rows = count(n, _noun(of))
    if now.segment is None:
        return say("page_data.chart.all", n=rows)
    if of not in calls.UNIT:
        return say("page_features.items_all", n=rows)
    return say("page_data.chart.group", n=rows, group=context.segment_label())


def _spread(now: Context, of: FeatureOf) -> None:
    """Draw how the chosen feature is spread."""
    names = [name for name in calls.table(now.dataset, of).columns if name != ID["user"]]
    left, right = st.columns([1, 2], vertical_alignment="bottom", gap="medium")
    with left:
        name = st.selectbox(
            say("page_features.choose"),
            names,
            index=names.index(FIRST[of]),
            format_func=lambda one: title_of(of, one),
            key=f"data_feature_{of}_{now.dataset.id}",
            persist_state="session",
        )
    feature = definition(of, name)
    if feature is None:
        return
    right.caption(errors.plain(_defined(feature)))
    with errors.shown():
        found = calls.spread(now.dataset, of, name, now.segment)
    _chart(now, of, name, feature, found)


def _defined(feature: Feature) -> str:
    """Say how a feature is computed, in which unit, and when it is empty."""
    values = {"formula": feature.formula, "unit": feature.unit_name}
    if feature.empty == "never":
        return say("page_features.defined", **values)
    return say("page_features.defined.empty", empty=feature.empty_case, **values)


def _chart(now: Context, of: FeatureOf, name: str, feature: Feature, found: Distribution) -> None:
    title, noun = title_of(of, name), _noun(of)
    who = _group(now, of, found.n + found.empty)
    empty = say("page_features.empty", n=integer(found.empty)) if found.empty else say("page_features.none_empty")
    finding(_title(title, noun, feature.unit, found), say("page_features.subtitle", name=title, who=who, empty=empty))
    chart(
        features.distribution(found, is_dark(), unit=feature.unit, unit_name=feature.unit_name, noun=noun),
        key=f"feature-{of}-{name}",
        alt=alt.distribution(found, feature.unit, noun),
        table=found.bins,
        how=say("page_features.how", formula=feature.formula),
        columns={name: say(f"page_features.column.{name}") for name in ("low", "high", "label", "count")},
    )


def _title(title: str, noun: str, unit: str, found: Distribution) -> str:
    """State what is usual."""
    units = say(f"page_features.units.{noun}")
    if not found.n:
        return say("page_features.title.none", name=title, units=units)
    if found.kind == "text":
        label, n = found.bins.row(0)
        return say("page_features.title.text", name=title, units=units, share=percent(n / found.n), label=label)
    middle = value_text(found.middle, unit) if found.middle is not None else "–"
    key = "page_features.title.time" if found.kind == "time" else "page_features.title.number"
    return say(key, name=title, units=units, middle=middle, most="–" if found.most is None else value_text(found.most, unit))


def _table(now: Context, of: FeatureOf, rows: pl.DataFrame) -> None:
    """Show all features, one row a user, item or session, and offer them to take away."""
    finding(
        say("page_features.table", rows=count(rows.height, _noun(of)), n=rows.width - 1),
        say("page_features.table.subtitle", who=_group(now, of, rows.height)),
    )
    st.dataframe(
        rows,
        key=f"data_features_{of}_{now.dataset.id}",
        hide_index=True,
        height=380,
        lazy=rows.height > LAZY_ROWS,
        column_config=column_configs(of, rows),
        alt=say("page_features.table.alt", rows=count(rows.height, _noun(of))),
    )
    stem = f"{now.dataset.name[:60]}-{_noun(of)}-features"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _download("csv", lambda: to_csv(rows), f"{stem}.csv", "text/csv")
        _download("parquet", lambda: calls.parquet(rows), f"{stem}.parquet", "application/vnd.apache.parquet")


def column_configs(of: FeatureOf, rows: pl.DataFrame) -> dict[str, Any]:
    """Return the heading, the definition and the format of each column."""
    configs: dict[str, Any] = {ID[of]: st.column_config.TextColumn(say(f"page_features.id.{of}"), pinned=True)}
    for name, dtype in list(rows.schema.items())[1:]:
        feature = definition(of, name)
        if feature is None:
            continue
        known: dict[str, Any] = {"label": title_of(of, name), "help": errors.plain(f"{name}: {_defined(feature)}")}
        if dtype.is_temporal():
            configs[name] = st.column_config.DatetimeColumn(**known, format=MOMENT, timezone="UTC")
        elif dtype.is_numeric():
            style: Any = "percent" if feature.unit == "share" else "localized" if dtype.is_integer() else "%.2f"
            configs[name] = st.column_config.NumberColumn(**known, format=style)
        else:
            configs[name] = st.column_config.TextColumn(**known)
    return configs


def _download(kind: str, make: Any, file_name: str, mime: str) -> None:
    st.download_button(
        say(f"page_features.{kind}"),
        data=make,
        file_name=file_name,
        mime=mime,
        key=f"data_features_{kind}",
        on_click="ignore",
        icon=":material/download:",
    )


def _absent(now: Context, of: FeatureOf) -> None:
    """Say which features this log cannot give, and why."""
    table = calls.table(now.dataset, of)
    if not table.notes:
        return
    n = sum(len(names) for names in table.absent.values())
    with st.expander(say("page_features.absent", n=n)):
        st.markdown("\n".join(f"- {errors.plain(note)}" for note in table.notes))


def _order(now: Context) -> None:
    """Answer whether the order of events matters."""
    st.subheader(say("page_features.order"), anchor=False)
    st.caption(say("page_features.order.subtitle"))
    asked = f"data_order_{now.dataset.id}_{now.unit}"
    if now.dataset.n_events > QUICK_EVENTS and not st.session_state.get(asked):
        st.session_state[asked] = st.button(say("page_features.order.ask"), key="data_order_ask", icon=":material/shuffle:")
        if not st.session_state[asked]:
            return
    with errors.shown(), st.spinner(say("page_features.order.working")):
        found = calls.order(now.dataset, now.unit)
    icons = {"matters": ":material/check_circle:", "a_little": ":material/info:"}
    st.markdown(f"{icons.get(found.verdict, ':material/remove_circle_outline:')} {errors.plain(found.sentence)}")
    if found.excess is None:
        return
    about = {"n": integer(found.n_steps), "rows": integer(found.n_sequences), "draws": found.draws}
    st.caption(say("page_features.order.sample" if found.is_sample else "page_features.order.whole", **about))
    with st.expander(say("page_features.order.pairs")):
        st.dataframe(found.pairs, key="data_order_pairs", hide_index=True, column_config=_pair_columns())
        st.caption(say("page_features.order.how"))


def _pair_columns() -> dict[str, Any]:
    names = ("from", "to", "count", "expected", "difference")
    return {name: st.column_config.Column(say(f"page_features.pair.{name}")) for name in names}
