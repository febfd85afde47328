"""What the values of a column look like, before anyone says what the column means."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from seqrec_core.data.ids import INVISIBLE
from seqrec_core.data.numbers import number_share, parse_numbers
from seqrec_core.data.times import TIME_LIKE, time_share

SAMPLE_ROWS = 20_000
EXAMPLES = 5
RUNS = 10  # of rows after the beginning
CELLS, LEAST_ROWS = 4_000_000, 1_000  # looked at in a wide table, and rows in any
LONGEST_NOTHING = 9  # bytes
NOTHING = frozenset(("na", "n/a", "#n/a", "null", "none", "nan", "nil", "\\n", "-", "(not set)", "(none)", "undefined"))
KNOWN_EVENTS = frozenset(
    (
        "view", "views", "click", "clicks", "cart", "carts", "order", "orders", "buy", "bought", "purchase",
        "purchases", "pay", "payment", "fav", "favorite", "favourite", "like", "likes", "dislike", "share", "save",
        "search", "impression", "read", "play", "plays", "skip", "pause", "listen", "watch", "comment", "follow",
        "add", "remove", "checkout", "pv", "collect", "addtocart", "add_to_cart", "remove_from_cart",
        "add_to_wishlist", "wishlist", "detail", "open", "close", "login", "logout", "signup", "home", "page_view",
        "pageview", "product_view", "screen_view", "visit", "rate", "rating", "refund", "return", "download",
        "subscribe", "transaction",
        "浏览", "点击", "购买", "加购", "收藏", "加入购物车", "下单", "支付", "付款", "搜索", "分享",
        "评论", "关注", "点赞", "登录", "曝光",
    )
)  # fmt: skip


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a sample of at most 20,000 rows (fewer of a wide table).

    Args:
        name: as in the file.
        dtype: of the frame, such as String.
        n: rows looked at.
        n_distinct: distinct non-empty values among them.
        missing: share of cells that are empty or say that there is nothing (NULL, NA), in [0, 1].
        numbers: share of the others that are numbers; `integers`: whole numbers.
        times: share of the others that are times; `unix`: they are plain unix numbers.
        known_events: share of the others that are usual event names (view, cart, 购买, …).
        tagged: share of the others that are lists with | between.
        mean_length: characters a value.
        examples: the first different values.
    """

    name: str
    dtype: str
    n: int
    n_distinct: int
    missing: float
    numbers: float
    integers: float
    times: float
    unix: bool
    known_events: float
    tagged: float
    mean_length: float
    examples: tuple[str, ...]

    @property
    def is_decimal(self) -> bool:
        """Whether these are numbers with decimals: amounts, never ids."""
        return self.numbers > 0.95 and self.integers < 0.9

    @property
    def is_time(self) -> bool:
        """Whether nearly all values are times."""
        return self.times > 0.9

    @property
    def is_digits(self) -> bool:
        """Whether these are bare digits, as ids and unix times are."""
        return self.unix or self.integers > 0.99

    @property
    def is_text(self) -> bool:
        """Whether these are words rather than numbers or times."""
        return self.numbers < 0.5 and not self.is_time


def profile_columns(frame: pl.DataFrame) -> tuple[ColumnProfile, ...]:
    """Profile every column of a table; of a wide one fewer rows are looked at."""
    sample = spread(frame, max(LEAST_ROWS, min(SAMPLE_ROWS, CELLS // max(1, frame.width))))
    text = sample.select(pl.all().cast(pl.String).str.strip_chars(INVISIBLE)).select(_filled(pl.all()).name.keep())
    return tuple(_profile(sample[name], text[name], row) for name, row in zip(sample.columns, _counted(text), strict=True))


def spread(frame: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return n rows of a table: half from its beginning, half in runs from all over it, as not all begins as it ends."""
    if frame.height <= n:
        return frame
    half, run = n // 2, n // (2 * RUNS)
    step = (frame.height - half - run) // max(1, RUNS - 1)
    return pl.concat([frame.head(half), *(frame.slice(half + k * step, run) for k in range(RUNS))])


def _counted(text: pl.DataFrame) -> list[dict[str, Any]]:
    """Count what can be counted in all columns at once: a row a column; an empty cell is null."""
    numbers = text.select(pl.all().cast(pl.Float64, strict=False))
    measured = [text.select(expression).row(0) for expression in _measures(pl.all()).values()]
    measured += [numbers.select(expression).row(0) for expression in _number_measures(pl.all()).values()]
    names = [*_measures(pl.all()), *_number_measures(pl.all())]
    return [dict(zip(names, of, strict=True)) for of in zip(*measured, strict=True)]


def _filled(text: pl.Expr) -> pl.Expr:
    """Leave out what is empty, or says that there is nothing."""
    short = text.str.len_bytes() <= LONGEST_NOTHING
    return pl.when((text != "") & ~(short & text.str.to_lowercase().is_in(list(NOTHING)))).then(text)


def _measures(filled: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "n": filled.count(),
        "distinct": filled.drop_nulls().n_unique(),
        "commas": filled.str.contains(",", literal=True).any(),
        "times": filled.str.contains(TIME_LIKE).any(),
        "known": filled.str.to_lowercase().str.replace_all(r"[ -]", "_").is_in(list(KNOWN_EVENTS)).mean(),
        "tagged": filled.str.contains("|", literal=True).mean(),
        "length": filled.str.len_chars().mean(),
    }


def _number_measures(number: pl.Expr) -> dict[str, pl.Expr]:
    return {"numbers": number.is_finite().sum(), "integers": (number.is_finite() & (number == number.round())).sum()}


def _profile(column: pl.Series, text: pl.Series, row: dict[str, Any]) -> ColumnProfile:
    n = max(1, row["n"])
    numbers, integers = row["numbers"] / n, row["integers"] / max(1, row["numbers"])
    share, unix = (0.0, False)
    if row["commas"] or row["times"] or column.dtype != pl.String:
        values = column.filter(text.is_not_null())
        share, unix = time_share(values) if row["times"] else (0.0, False)
        if row["commas"] or column.dtype != pl.String:
            numbers = number_share(values)
            integers = _integer_share(values) if numbers else 0.0
    examples = text.head(LEAST_ROWS).drop_nulls().unique(maintain_order=True).head(EXAMPLES)
    return ColumnProfile(
        name=column.name,
        dtype=str(column.dtype),
        n=len(column),
        n_distinct=row["distinct"],
        missing=1 - row["n"] / max(1, len(column)),
        numbers=numbers,
        integers=integers if numbers else 0.0,
        times=share,
        unix=unix,
        known_events=row["known"] or 0.0,
        tagged=row["tagged"] or 0.0,
        mean_length=row["length"] or 0.0,
        examples=tuple(value[:80] for value in examples),
    )


def _mean(values: pl.Series) -> float:
    return float(values.mean() or 0.0) if len(values) else 0.0  # type: ignore[arg-type]


def _integer_share(values: pl.Series) -> float:
    numbers = parse_numbers(values).drop_nulls()
    return _mean(numbers == numbers.round())
