"""Which encoding a text file has, and its bytes as UTF-8.

Text that is strictly valid UTF-8 is UTF-8: other encodings hardly ever are by chance. Otherwise the one encoding is taken under
which the text reads like its language (`plausible.py`) and no other gives words of one (`letters.py`, `common_letters.py`);
a person is asked where there are several, or none, and sees the words that differ.
"""

import codecs
from dataclasses import dataclass

from seqrec_core.data.common_letters import COMMON, LETTER, commonness
from seqrec_core.data.letters import single_bytes, surely, words_beyond
from seqrec_core.data.plausible import SURE, decoded, plausible
from seqrec_core.data.report import Fix
from seqrec_core.data.signatures import utf16_of
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import say

MIXED = "utf-8+"  # followed by the encoding of the lines that are not UTF-8
MIXED_SHARE = 0.05  # from this share of the lines beyond ASCII on, a second encoding is at work; below, damage
SAMPLE_LINES, OFFERED = 2_000, 6
USUAL = ("gb18030", "cp1252")  # the only ones taken without a question, where the evidence is beyond doubt
HOPELESS = 30.0  # an 8-bit encoding so much less likely than the best, in natural logarithms, is not offered
SHOWN_WORDS, SHOWN_LETTERS = 4, 24
COMMON_ENOUGH, COMMONER = 0.25, 2.5  # share of usual characters, and how many times that of any other encoding
FEWEST, FEWEST_WORDS = 2, 2  # different characters, and words; fewer may be usual by chance
UNSURE = 0.2  # beyond this share of common Chinese pairs, Western bytes may be none
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Decoded:
    """A file's text as UTF-8 bytes.

    Args:
        data: UTF-8, without a mark.
        encoding: what the file was written in.
        damaged: lines (1-based) with bytes that the encoding does not have; those stand as U+FFFD in `data`.
        fixes: what was done that a person should know.
    """

    data: bytes
    encoding: str
    damaged: tuple[int, ...] = ()
    fixes: tuple[Fix, ...] = ()


def decode(data: bytes, encoding: str | None, answer: str | None = None, whole: bool = True) -> Decoded:
    """Turn the bytes of a text file into UTF-8.

    Args:
        data: the file.
        encoding: a codec's name, or None to detect it.
        answer: what a person answered to the question `encoding`.
        whole: False where this is only the beginning of it, whose last character may be cut.

    Raises:
        BadInput: an unknown encoding, or one that does not fit the bytes.
        NeedsDecision: several encodings fit, or none reads right.
    """
    name = encoding or answer or detect(data, whole=whole)
    if name.startswith(MIXED):
        return _decode_lines(data, name)
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        raise BadInput("data", "unknown_encoding", found=name) from None
    if codec in ("utf-8", "utf-8-sig"):
        return _decode_utf8(data.removeprefix(codecs.BOM_UTF8), name)
    return _decode_other(data, name)


def _decode_other(data: bytes, name: str) -> Decoded:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("data", "not_that_encoding", encoding=name, line=line) from None
    fixes = () if name.startswith("utf-16") else (Fix("data.fix.encoding", text.count("\n") + 1, {"encoding": name}),)
    return Decoded(text.removeprefix("\ufeff").encode("utf-8", "replace"), name, (), fixes)


def _decode_utf8(data: bytes, name: str) -> Decoded:
    try:
        data.decode("utf-8")
        return Decoded(data, name)
    except UnicodeDecodeError:
        pass
    lines = data.split(b"\n")
    damaged = tuple(number for number, line in enumerate(lines, 1) if not _is_utf8(line))
    return Decoded(data.decode("utf-8", "replace").encode(), name, damaged)


def _decode_lines(data: bytes, name: str) -> Decoded:
    """Read each line as UTF-8 where it is, in the other encoding where it is not."""
    other = name.removeprefix(MIXED)
    parts: list[bytes] = []
    damaged: list[int] = []
    n = 0
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        if _is_utf8(line):
            parts.append(line)
            continue
        n += 1
        text = line.decode(other, "replace")
        if "\ufffd" in text:
            damaged.append(number)
        parts.append(text.encode())
    return Decoded(b"\n".join(parts), name, tuple(damaged), (Fix("data.fix.two_encodings", n, {"encoding": other}),))


def detect(data: bytes, ask_damage: bool = True, whole: bool = True) -> str:
    """Return the encoding of a text file.

    Args:
        data: the text, or lines of it.
        ask_damage: whether to ask what a few lines are that are no UTF-8 in a text that is; else they are left out.
        whole: False where the last character may be cut.

    Raises:
        NeedsDecision: several encodings fit, or none reads right; or a few lines are no UTF-8.
    """
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None) or utf16_of(data[: 1 << 16])
    if marked:
        return marked
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if _is_cut(data, error) and not (whole and data[: error.start].isascii()):
            return "utf-8"
    lines = data.split(b"\n")
    beyond = [line for line in lines if not line.isascii()]
    others = [line for line in beyond if not _is_utf8(line)]
    if len(others) < MIXED_SHARE * len(beyond):
        if ask_damage:
            raise NeedsDecision((_about_damage(lines, others),))
        return "utf-8"
    prefix = "" if len(others) == len(beyond) else MIXED
    return prefix + _detect_other(others, prefix)


def _about_damage(lines: list[bytes], others: list[bytes]) -> Question:
    """Ask whether lines that are no UTF-8 are damaged, or in another encoding."""
    first = lines.index(others[0]) + 1
    words = words_beyond(b"\n".join(line for line in others))
    left_out = ("utf-8", say("data.question.damage_out", n=len(others)))
    read = [(MIXED + name, say("data.question.damage_read", words=_shown(words, name))) for name in _candidates(others)[:2]]
    question = say("data.question.damage", n=len(others), line=first)
    return Question("encoding", question, (left_out, *read))


def _detect_other(lines: list[bytes], prefix: str = "") -> str:
    """Choose the encoding that alone makes the text read right; `prefix` stands before the names that a question offers.

    Raises:
        NeedsDecision: none does, or several do.
    """
    text = b"\n".join(lines)
    sample = b"\n".join(lines[:: max(1, len(lines) // SAMPLE_LINES)])
    shares = plausible(sample)
    beyond = words_beyond(sample)
    ranked = single_bytes(beyond)
    sure = [name for name in shares if shares[name] >= SURE and _fits(text, name) and _is_borne_out(name, sample, ranked)]
    doubtful = sure == ["cp1252"] and shares.get("gb18030", 0.0) > UNSURE
    if len(sure) == 1 and sure[0] in USUAL and not doubtful and len(beyond) >= FEWEST_WORDS:
        return sure[0]
    offered = [name for name in dict.fromkeys([*sure, *_candidates(lines)]) if _fits(text, name)]
    if not offered:
        return "cp1252"  # damaged under every encoding: the lines at fault are named
    words = _telling(words_beyond(text), offered)
    options = tuple((prefix + name, _shown(words, name)) for name in offered[:OFFERED])
    raise NeedsDecision((Question("encoding", say("data.question.encoding"), options),))


def _is_borne_out(name: str, sample: bytes, ranked: list[tuple[str, float]]) -> bool:
    """Whether the words that an encoding gives are those of a language, and no other encoding gives such words."""
    if name in COMMON:
        common = {other: commonness(text, other) for other in COMMON if (text := decoded(sample, other)) is not None}
        own = common.pop(name)
        if len(set(LETTER.findall(sample.decode(name)))) < FEWEST:
            return False
        return own >= COMMON_ENOUGH and own >= COMMONER * max(common.values(), default=0.0)
    return surely(ranked) == name


def _candidates(lines: list[bytes]) -> list[str]:
    """Return the encodings that lines may be in, the likeliest first."""
    sample = b"\n".join(lines[:: max(1, len(lines) // SAMPLE_LINES)])
    common = {name: commonness(text, name) for name in COMMON if (text := decoded(sample, name)) is not None}
    wide = sorted(common, key=lambda name: -common[name])
    ranked = single_bytes(words_beyond(sample))
    narrow = [name for name, likely in ranked if likely >= ranked[0][1] - HOPELESS]
    return [*wide, *narrow] if wide and common[wide[0]] >= COMMON_ENOUGH else [*narrow, *wide]


def _telling(words: list[bytes], offered: list[str]) -> list[bytes]:
    """Return the words that differ most between encodings."""
    read = {word: len({word.decode(name, "replace") for name in offered}) for word in words}
    return sorted(words, key=lambda word: -read[word])


def _shown(words: list[bytes], encoding: str) -> str:
    """Return a few words as an encoding gives them."""
    return " · ".join(word.decode(encoding, "replace")[:SHOWN_LETTERS] for word in words[:SHOWN_WORDS])


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    return line.isascii() or _fits(line, "utf-8")


def _is_cut(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether the only fault is a character cut off at the very end."""
    return error.start >= len(data) - 3 and error.reason == "unexpected end of data"
