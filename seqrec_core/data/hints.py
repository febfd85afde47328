"""What the name of a column hints at. A hint is a beginning: values decide (`guess.py`)."""

import re
import unicodedata
from functools import cache, lru_cache

from seqrec_core.data.role_words import (
    EVENT_MODIFIERS,
    ID_WORDS,
    ITEM_WORDS,
    LAST_RESORTS,
    LESS,
    PROPERTIES,
    ROLE_WORDS,
)

BARE = (("order",), ("transaction",))  # without an id word these count or say what happened
EXACT, HEAD, WORD = 0.6, 0.5, 0.15  # the whole name; its last word; any other word
LONG = 60  # characters; longer names say nothing
LAST = 0.4  # a word that stands for a role only where no other does
DISCOUNT, TAINTED = 0.08, 0.2  # taken off for a word that makes a name say less, and for several together at most
ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
CJK = re.compile(f"[{ASIAN}]")
ID_SUFFIX = re.compile(r"(编号|編號|编码|代码|番号|コード|번호|코드|号|ID|id|Id)$")
NAME_SUFFIX = re.compile(r"(名称|名稱|标题|標題|名|姓名|昵称|会员名)$")
GLUED_TIME = re.compile(r"(datum|zeit|zeitpunkt|date|time|timestamp|tstamp)$")
GLUED_ID = re.compile(r"(nummer|number|num|nr|id|key|code)$")
NO_TIMES = frozenset(("update", "candidate", "mandate", "validate", "lifetime", "runtime", "playtime", "overtime", "downtime"))
DATES = frozenset(("date", "time", "datetime", "timestamp", "datum", "fecha"))
NAMING = frozenset(("name", "title", "fullname", "profilename", "nickname"))


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Cut a column name into lower-case words without accents: `CustomerID` → customer, id; `event_type` → event, type."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", _plain(name))
    return tuple(word for word in re.split(f"[^0-9a-zA-Z{ASIAN}]+", spaced.lower()) if word)


def _plain(name: str) -> str:
    """Take the accents off Latin letters."""
    if name.isascii():
        return name
    letters = []
    for letter in name:
        parts = unicodedata.normalize("NFKD", letter)
        letters.append(parts[0] if parts[0].isascii() and parts[0].isalpha() else letter)
    return "".join(letters)


@lru_cache(maxsize=1 << 16)
def hint(name: str, role: str) -> float:
    """Return how strongly a column name speaks for a role, in 0…0.6."""
    return _strength(name, ROLE_WORDS[role], role)


@lru_cache(maxsize=1 << 16)
def item_hint(name: str, part: str) -> float:
    """Return how strongly a column name speaks for a part of the item catalogue, in 0…0.6."""
    return _strength(name, ITEM_WORDS[part], part)


@lru_cache(maxsize=1 << 16)
def weight(name: str, role: str) -> float:
    """Return what a name weighs beside others that hint at the same role, in 0…0.6: less where its words say that it means
    another thing of that kind (`received_at` beside `created_at`), and little where only a last resort is named.
    """
    words = words_of(name)
    found = hint(name, role)
    if found < HEAD - 0.01:
        return LAST if _is_last_resort(words, role) else 0.0
    tainted = sum(word in LESS[role] for word in words)
    tainted += sum(1 for word in LESS[role] if CJK.search(word) and word in name)
    return found - min(TAINTED, DISCOUNT * tainted)


def _is_last_resort(words: tuple[str, ...], role: str) -> bool:
    plain = [word for word in words if word not in ID_WORDS] or list(words)
    known = LAST_RESORTS[role]
    if "".join(words) in known or (plain and plain[-1] in known):
        return True
    return bool(plain) and any(CJK.search(word) and plain[-1].endswith(word) for word in known)


def names_a(name: str, role: str) -> bool:
    """Whether a column holds the names or titles of what plays a role: `track_name`, `User full name`, 课程名称."""
    words = words_of(name)
    if not words:
        return False
    if CJK.search(name):
        stem = NAME_SUFFIX.sub("", name.strip("_ "))
        return stem != name.strip("_ ") and hint(stem, role) >= HEAD - 0.01
    rest = [word for word in words if word not in NAMING and word != "full"]
    glued = [word for word in words if word.endswith(("name", "title")) and word not in NAMING]
    if glued:
        stem = re.sub("(name|title)$", "", glued[-1])
        return any(stem.startswith(word) for word in (role, "profile")) or stem in ROLE_WORDS[role]
    return words[-1] in NAMING and any(word in ROLE_WORDS[role] or word in LAST_RESORTS[role] for word in rest)


def is_property(name: str) -> bool:
    """Whether a name says that a column describes a user, a place or a program rather than naming one of them."""
    words = words_of(name)
    plain = [word for word in words if word not in ID_WORDS]
    return bool(plain) and (plain[-1] in PROPERTIES or "".join(plain) in PROPERTIES)


def is_hinted(name: str) -> bool:
    """Whether a cell reads like a column name that is known here."""
    return any(hint(name, role) >= HEAD for role in ROLE_WORDS) or any(item_hint(name, part) >= HEAD for part in ITEM_WORDS)


def _strength(name: str, known: tuple[str, ...], role: str) -> float:
    if CJK.search(name) or len(name) > LONG:
        return _asian(name, known) if len(name) <= LONG else 0.0
    words = words_of(name)
    plain = [word for word in words if word not in ID_WORDS]
    if role == "order" and len(plain) < len(words) and not {"number", "num"} & set(words):
        return EXACT if "".join(words) in known and len(words) > 2 else 0.0  # `order_id` names an order; `order` counts
    if "".join(words) in known and not (role == "session" and words in BARE):
        return EXACT
    if any(word in known for word in plain):
        return _by_head(words, plain, known, role)
    return _glued(words, role, known)


def _glued(words: tuple[str, ...], role: str, known: tuple[str, ...]) -> float:
    """Read a word that is made of two: `productid`, `Kundennummer`, `Bestelldatum`."""
    last = words[-1] if words else ""
    if role == "time":
        return HEAD if GLUED_TIME.search(last) and last not in NO_TIMES else 0.0
    stem = GLUED_ID.sub("", last)
    fits = len(words) == 1 and role != "order" and stem != last and (stem in known or stem.rstrip("s") in known)
    return EXACT if fits else 0.0


def _by_head(words: tuple[str, ...], plain: list[str], known: tuple[str, ...], role: str) -> float:
    """Weigh a name by its last word: that is what it names; the words before it only say which."""
    if plain[-1] not in known and len(plain) > 1 and plain[1] in ("of", "de", "du", "do", "del", "di", "des"):
        plain = plain[:1]
    elif plain[-1] not in known and plain[0] in known and words[0] != plain[0]:
        plain = plain[:1]  # `ID Cliente`, `Identifiant client …`
    elif role == "time" and plain[0] in DATES:
        return HEAD  # `date_added`
    if plain[-1] not in known or (role == "session" and words in BARE):
        return WORD
    if role == "event" and plain[-1] == "type" and len(plain) > 1 and not EVENT_MODIFIERS & set(plain):
        return WORD
    return EXACT if len(plain) == 1 else HEAD


def _asian(name: str, known: tuple[str, ...]) -> float:
    whole = name.strip("_ ")
    plain = ID_SUFFIX.sub("", whole)
    if plain in known or whole in known:
        return EXACT
    return HEAD if any(plain.endswith(word) for word in known if CJK.search(word)) else 0.0
