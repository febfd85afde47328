"""The item catalogue: which columns describe items, and one row an item from the log or from an item file."""

from dataclasses import dataclass, field, replace

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.described import CatalogAccount, Conflict, compared, conflict
from seqrec_core.data.hints import HEAD, WORD, hint, item_hint
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.profile import ColumnProfile, profile_columns
from seqrec_core.data.report import Fix
from seqrec_core.data.role_words import ITEM_WORDS
from seqrec_core.data.steps.codes import as_plain
from seqrec_core.data.table import Table
from seqrec_core.data.times import as_text
from seqrec_core.errors import BadInput

NAMED_SHARE = 0.5  # a column called like an item's property describes items if it agrees with itself this often
UNNAMED_SHARE = 0.98
TOLD = 0.5  # of what its most frequent value leaves open, the item must tell so much (Goodman and Kruskal's lambda)
SAMPLE_ROWS = 200_000
EQUAL = 0.05  # a difference in overlap that a name may outweigh
PARTS = (c.TITLE, c.CATEGORY, c.TAGS, c.DESCRIPTION, c.PRICE)


@dataclass(frozen=True)
class Described:
    """A catalogue and what making it noticed.

    Args:
        catalog: one row an item.
        columns: part of the catalogue (title, category, …) → column of the file.
        fixes: what was done to the rows of the file.
        account: how log and catalogue fit each other.
        rows: of the item file, with the names and dtypes of a catalogue; None where there was none.
    """

    catalog: ItemCatalog
    columns: dict[str, str] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    account: CatalogAccount = field(default_factory=CatalogAccount)
    rows: pl.DataFrame | None = None

    def told(self) -> tuple[Fix, ...]:
        """Return what is worth a note: what was done, and where log and catalogue do not fit."""
        account = self.account
        rows, events = ", ".join(account.without_row_examples), ", ".join(account.without_events_examples)
        found = [Fix("data.fix.item_conflict", one.items, {"column": one.column}) for one in account.conflicts]
        found += self.fixes
        found.append(Fix("data.fix.items_without_row", account.without_row, {"items": account.items}))
        found.append(Fix("catalog.fix.without_row", account.without_row, {"examples": rows}))
        found.append(Fix("catalog.fix.without_events", account.without_events, {"examples": events}))
        return tuple(fix for fix in found if fix.n)


def described(frame: pl.LazyFrame, items: pl.Series, mapping: ColumnMapping, rows: pl.DataFrame | None) -> Described:
    """Make the catalogue out of a stored log and the rows of its item file, if it had one; as an import makes it.

    Args:
        frame: the sorted events.
        items: the distinct item ids.
        mapping: of the columns of the log.
        rows: with the names and dtypes of a catalogue.
    """
    found = of_log(frame, items, mapping)
    if rows is None:
        return found
    return from_rows(rows, items, found)


def from_rows(rows: pl.DataFrame, items: pl.Series, from_the_log: Described) -> Described:
    """Make the catalogue out of the rows of an item file that was read before; `described` says of what."""
    return Described(catalog_of(rows, items, from_the_log), account=compared(items, rows[c.ITEM]), rows=rows)


def of_log(frame: pl.LazyFrame, items: pl.Series, mapping: ColumnMapping) -> Described:
    """Make the catalogue out of the log itself; of a log without items, each event type is one."""
    if mapping.item is None:
        return Described(ItemCatalog.from_items(items))
    known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
    return from_log(frame, items, tuple(name for name in frame.collect_schema().names() if name not in known))


def from_log(frame: pl.LazyFrame, items: pl.Series, attributes: tuple[str, ...]) -> Described:
    """Make the catalogue out of the log itself: columns that depend on the item, its most frequent value each.

    Args:
        frame: the sorted events, with `item_id`; read a few columns at a time.
        items: the distinct item ids.
        attributes: columns of the log without a role.
    """
    sample = frame.select(c.ITEM, *attributes).head(SAMPLE_ROWS).collect() if attributes else pl.DataFrame()
    dependent = [name for name in attributes if _depends(sample, name)]
    if not dependent:
        return Described(ItemCatalog.from_items(items), account=CatalogAccount(items=len(items)))
    described, conflicts = _most_frequent(frame, items, dependent)
    parts = choose_parts(profile_columns(described.drop(c.ITEM)))
    account = CatalogAccount(columns=parts, items=len(items), conflicts=conflicts)
    return Described(ItemCatalog.from_frame(_arranged(described, parts), also=items), parts, account=account)


def _depends(frame: pl.DataFrame, name: str) -> bool:
    """Whether a column says something of the item rather than of the event or the user."""
    filled = frame.select(pl.col(c.ITEM), as_text(frame[name]).alias(name)).filter(pl.col(name) != "")
    if not filled.height or filled[name].n_unique() < 2:
        return False
    counts = filled.group_by(c.ITEM, name).len().group_by(c.ITEM).agg(pl.col("len").max().alias("top"), pl.col("len").sum())
    repeated = counts.filter(pl.col("len") > 1)
    if not repeated.height:
        return _named_share(name) > 0
    share = int(repeated["top"].sum()) / int(repeated["len"].sum())
    again = filled.filter(pl.col(c.ITEM).is_in(repeated[c.ITEM].implode()))[name]
    usual = int(again.value_counts()["count"].sort()[-1]) / len(again)
    if usual < 1 and share - usual < TOLD * (1 - usual):
        return False  # nearly always the same, whatever the item: a discount that is usually 0
    if _named_share(name):
        return share >= NAMED_SHARE
    return share >= UNNAMED_SHARE and repeated["len"].sum() > 0.5 * filled.height and repeated.height > 1


def _named_share(name: str) -> float:
    return max(item_hint(name, part) for part in ITEM_WORDS) if hint(name, "user") < WORD else 0.0


def _most_frequent(frame: pl.LazyFrame, items: pl.Series, names: list[str]) -> tuple[pl.DataFrame, tuple[Conflict, ...]]:
    """One row an item with its most frequent value of each column (ties: the smallest), and the conflicts."""
    result = pl.DataFrame({c.ITEM: items.unique().sort()})
    conflicts: list[Conflict] = []
    for name in names:
        filled = frame.select(c.ITEM, name).filter(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() != "")
        counts = filled.group_by(c.ITEM, name).len().collect(engine="streaming")
        counts = counts.sort([c.ITEM, "len", name], descending=[False, True, False])
        best = counts.unique(c.ITEM, keep="first", maintain_order=True).select(c.ITEM, name)
        found = conflict(counts, c.ITEM, name)
        result = result.join(best, on=c.ITEM, how="left", maintain_order="left")
        if found is not None:
            conflicts.append(found)
    return result, tuple(conflicts)


def choose_parts(profiles: tuple[ColumnProfile, ...]) -> dict[str, str]:
    """Choose title, category, tags, description and price among columns that describe items: part → column."""
    chosen: dict[str, str] = {}
    for part in PARTS:
        scored = [(_part_score(profile, part), -index, profile.name) for index, profile in enumerate(profiles)]
        best = max((entry for entry in scored if entry[2] not in chosen.values()), default=(0.0, 0, ""))
        if best[0] >= HEAD - 0.01:
            chosen[part] = best[2]
    if c.TITLE not in chosen and c.DESCRIPTION in chosen:
        chosen[c.TITLE] = chosen.pop(c.DESCRIPTION)  # a shop's short description is its name
    return chosen


def _part_score(profile: ColumnProfile, part: str) -> float:
    """How well a column suits a part: its name, held against its values."""
    named = item_hint(profile.name, part)
    if part == c.PRICE:
        return named if profile.numbers > 0.8 else 0.0
    if part == c.TITLE and item_hint(profile.name, c.CATEGORY) >= HEAD:
        return 0.0  # `category_name` names the category
    if part == c.CATEGORY:
        return named + (0.2 if profile.is_text else 0.0) if 1 < profile.n_distinct <= max(20, 0.5 * profile.n) else 0.0
    return named if profile.is_text else 0.0


def _arranged(frame: pl.DataFrame, parts: dict[str, str]) -> pl.DataFrame:
    """Rename the parts to the catalogue's names with its dtypes; other columns keep theirs unless a part needs it."""
    columns: dict[str, pl.Series] = {c.ITEM: frame[c.ITEM].cast(pl.String)}
    for part, name in parts.items():
        column = parse_numbers(frame[name]) if part == c.PRICE else _blank_as_null(as_text(frame[name]))
        columns[part] = column
    for name in frame.columns:
        if name != c.ITEM and name not in parts.values():
            free = name if name not in (*PARTS, c.ITEM) else f"{name} (file)"
            columns[free] = _blank_as_null(frame[name]) if frame[name].dtype == pl.String else frame[name]
    if c.CATEGORY not in columns and c.TAGS in columns:
        columns[c.CATEGORY] = columns[c.TAGS].str.split("|").list.first()
    return pl.DataFrame(columns)


def _blank_as_null(column: pl.Series) -> pl.Series:
    return column.set(column.fill_null("") == "", None)


def from_file(table: Table, logged: pl.Series, from_the_log: Described, named: str | None = None) -> Described:
    """Make the catalogue out of an item file.

    Args:
        table: the item file.
        logged: the distinct item ids of the log.
        from_the_log: what the log knows; parts that the file lacks come from there.
        named: how the log's file calls its column of items.

    Raises:
        BadInput: no column of the file holds ids of the log's items.
    """
    name = item_column(table, logged, named)
    frame = table.frame.with_columns(as_text(table.frame[name]).alias(name))
    frame = frame.filter(pl.col(name) != "")
    described = frame.unique(name, keep="first", maintain_order=True)
    fixes: list[Fix] = []
    if described.height < frame.height:
        fixes.append(Fix("data.fix.item_rows_repeated", frame.height - described.height, {"column": name}))
    others = profile_columns(described.drop(name))
    parts = choose_parts(others) if table.has_header is not False else {}
    if not parts:
        parts = _parts_by_values(others)
    account = replace(compared(logged, described[name]), columns={"item": name, **parts})
    if c.ITEM in described.columns and name != c.ITEM:
        described = described.rename({c.ITEM: f"{c.ITEM} (file)"})
        parts = {part: f"{c.ITEM} (file)" if column == c.ITEM else column for part, column in parts.items()}
    renamed = described.rename({name: c.ITEM})
    rows = _arranged(renamed, parts)
    return Described(catalog_of(rows, logged, from_the_log), {"item": name, **parts}, tuple(fixes), account, rows)


def catalog_of(rows: pl.DataFrame, logged: pl.Series, from_the_log: Described) -> ItemCatalog:
    """Return the catalogue of the rows of an item file.

    Args:
        rows: with the names and dtypes of a catalogue.
        logged: the distinct item ids of the log; those without a row get one.
        from_the_log: what the log knows; parts that the rows lack come from there.
    """
    return ItemCatalog.from_frame(_completed(rows, from_the_log), also=logged.to_list())


def _completed(frame: pl.DataFrame, from_the_log: Described) -> pl.DataFrame:
    """Add the parts that only the log knows."""
    known = from_the_log.catalog.frame
    absent = [part for part in from_the_log.columns if part not in frame.columns]
    return frame.join(known.select(c.ITEM, *absent), on=c.ITEM, how="left", maintain_order="left") if absent else frame


def item_column(table: Table, logged: pl.Series, named: str | None = None) -> str:
    """Return the column of an item file that holds most of the log's item ids, hardly any of them twice.

    Between columns that do so nearly equally, the one that is called as in the log, or like an item, wins.

    Raises:
        BadInput: none does.
    """
    best, score = "", 0.0
    for name in table.frame.columns:
        values = as_text(table.frame[name])
        distinct = values.filter(values != "").unique()
        covered = float(logged.is_in(distinct.to_list()).mean() or 0.0)  # type: ignore[arg-type]
        unique = len(distinct) / max(1, table.frame.height)
        called = EQUAL if name == named else EQUAL * hint(name, "item")
        if covered > 0 and covered * unique + called > score:
            best, score = name, covered * unique + called
    if not best:
        raise BadInput(
            "data",
            "items_do_not_match",
            example=logged[0],
            columns=", ".join(table.frame.columns[:12]),
            found=", ".join(str(value) for value in table.frame.row(0)[:3]),
        )
    return best


def ids_of(table: Table, logged: pl.Series, named: str | None = None) -> pl.Series:
    """Return the distinct ids of an item file, found even where they are written otherwise than in the log.

    Args:
        table: the item file.
        logged: the distinct item ids of the log.
        named: how the log's file calls its column of items.

    Raises:
        BadInput: no column of the file holds ids of the log's items, however written.
    """
    try:
        name = item_column(table, logged, named)
    except BadInput:
        plain = table.frame.select(as_plain(as_text(table.frame[name])).alias(name) for name in table.frame.columns)
        name = item_column(replace(table, frame=plain), as_plain(logged), named)
    values = as_text(table.frame[name])
    return values.filter(values != "").unique(maintain_order=True)


def _parts_by_values(profiles: tuple[ColumnProfile, ...]) -> dict[str, str]:
    """Without names: the most different texts are titles, lists with | are tags."""
    tags = [profile for profile in profiles if profile.is_text and profile.tagged > 0.2]
    texts = [profile for profile in profiles if profile.is_text and profile not in tags]
    parts: dict[str, str] = {}
    if texts:
        parts[c.TITLE] = max(texts, key=lambda profile: profile.n_distinct).name
    if tags:
        parts[c.TAGS] = tags[0].name
    return parts
