"""Which of the encodings that decode a text make it read like the language they are for.

Bytes that are no UTF-8 decode under many encodings, each time as other letters. So a share is computed for each: how much of
the text beyond ASCII is what people write in that encoding. Only one that stands alone is taken; else a person is asked.

Source of the ranges: GB 2312 and Big5 put their frequent characters first (level 1, rows 16–55 and A4–C6); KS X 1001 has
Hangul in rows 16–40; Japanese mixes kana into kanji.
"""

import re
from collections.abc import Callable

SURE = 0.9
KANA_SHARE = 0.1  # of Japanese text; Chinese has none
FREQUENT_SHARE = 0.6  # of Chinese text in GB 2312 level 1; rarer characters are in level 2
SYMBOL_SHARE = 0.05  # of Western bytes; beyond it, a symbol before a letter is a letter of another alphabet (ą, ł)
FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")  # letters of other languages in GB18030; hardly anything else
PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
FREQUENT_GB = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
COMMON_GB = re.compile(rb"[\xa1-\xa3\xb0-\xf7][\xa1-\xfe]")
COMMON_BIG5 = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
SYMBOL_BEFORE_LETTER = re.compile(rb"[\x9f\xa3\xa5\xb1\xb3\xb6\xb9\xbc\xbe](?=[a-z\xb1-\xff])")
HANGUL = re.compile("[\uac00-\ud7a3]")
KANA = re.compile("[\u3041-\u30fe]")
JAPANESE = re.compile("[\u3001-\u30fe\u4e00-\u9fff\uff01-\uff5e]")
CYRILLIC = re.compile("[\u0400-\u045f]+")
BEYOND = re.compile("[^\x00-\x7f]")


def plausible(data: bytes) -> dict[str, float]:
    """Return encodings that decode the bytes, each with the share of them that reads right, in [0, 1], the best first.

    Args:
        data: text of which every line has bytes beyond ASCII.
    """
    shares = {}
    for name, share in SHARES.items():
        text = decoded(data, name)
        if text is not None:
            shares[name] = share(data, text)
    return dict(sorted(shares.items(), key=lambda entry: -entry[1]))


def decoded(data: bytes, name: str) -> str | None:
    """Return the text, or None where the encoding does not have these bytes."""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _share(pairs: list[bytes], common: re.Pattern[bytes]) -> float:
    return sum(1 for pair in pairs if common.fullmatch(pair)) / max(1, len(pairs))


def _chinese(data: bytes, _: str) -> float:
    pairs = PAIR.findall(FOUR.sub(b"", data))
    return _share(pairs, COMMON_GB) if _share(pairs, FREQUENT_GB) >= FREQUENT_SHARE else _share(pairs, FREQUENT_GB)


def _traditional(data: bytes, _: str) -> float:
    return _share(PAIR.findall(data), COMMON_BIG5)


def _korean(_: bytes, text: str) -> float:
    return len(HANGUL.findall(text)) / max(1, len(BEYOND.findall(text)))


def _japanese(_: bytes, text: str) -> float:
    n = max(1, len(BEYOND.findall(text)))
    return len(JAPANESE.findall(text)) / n if len(KANA.findall(text)) >= KANA_SHARE * n else 0.0


def _cyrillic(_: bytes, text: str) -> float:
    """Letters in words of one case or with one capital in front; half of it where no word shows which case is which."""
    words = CYRILLIC.findall(text)
    good = [word for word in words if word[1:].islower()]
    shows_case = any(word[0].isupper() for word in good)
    return sum(map(len, good)) / max(1, len(BEYOND.findall(text))) * (1.0 if shows_case else 0.5)


def _western(data: bytes, _: str) -> float:
    """Bytes that stand alone or in pairs, as accents do; none where symbols stand before letters."""
    runs = HIGH_RUN.findall(data)
    n = sum(map(len, runs))
    if len(SYMBOL_BEFORE_LETTER.findall(data)) > SYMBOL_SHARE * n:
        return 0.0
    return sum(len(run) for run in runs if len(run) <= 2) / max(1, n)


SHARES: dict[str, Callable[[bytes, str], float]] = {
    "gb18030": _chinese,
    "cp1252": _western,
    "big5": _traditional,
    "shift_jis": _japanese,
    "euc-jp": _japanese,
    "euc-kr": _korean,
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
}
