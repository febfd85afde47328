"""What the values of a column look like, before anyone says what the column means."""

from dataclasses import dataclass

import polars as pl

from seqrec_core.data.numbers import number_share, parse_numbers
from seqrec_core.data.times import as_text, time_share

SAMPLE_ROWS = 20_000
EXAMPLES = 5
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
    """One column of a sample of at most 20,000 rows (from the beginning of the file).

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
    """Profile every column of a table."""
    sample = frame.head(SAMPLE_ROWS)
    return tuple(_profile(sample[name]) for name in sample.columns)


def _profile(column: pl.Series) -> ColumnProfile:
    text = as_text(column)
    filled = (text != "") & ~text.str.to_lowercase().is_in(list(NOTHING))
    values, text = column.filter(filled), text.filter(filled)
    share, unix = time_share(values)
    numbers = number_share(values)
    return ColumnProfile(
        name=column.name,
        dtype=str(column.dtype),
        n=len(column),
        n_distinct=text.n_unique(),
        missing=1 - len(text) / max(1, len(column)),
        numbers=numbers,
        integers=_integer_share(values) if numbers else 0.0,
        times=share,
        unix=unix,
        known_events=_mean(text.str.to_lowercase().str.replace_all(r"[ -]", "_").is_in(list(KNOWN_EVENTS))),
        tagged=_mean(text.str.contains("|", literal=True)),
        mean_length=_mean(text.str.len_chars()),
        examples=tuple(value[:80] for value in text.unique(maintain_order=True).head(EXAMPLES)),
    )


def _mean(values: pl.Series) -> float:
    return float(values.mean() or 0.0) if len(values) else 0.0  # type: ignore[arg-type]


def _integer_share(values: pl.Series) -> float:
    numbers = parse_numbers(values).drop_nulls()
    return _mean(numbers == numbers.round())
