"""Which encoding a text file has, and its bytes as UTF-8.

Text that is strictly valid UTF-8 is UTF-8: other encodings hardly ever are by chance. Otherwise the one encoding is taken under
which the text reads like its language (`plausible.py`); a person is asked where there are several, or none.
"""

import codecs
from dataclasses import dataclass

from seqrec_core.data.plausible import SURE, plausible
from seqrec_core.data.report import Fix
from seqrec_core.data.signatures import utf16_of
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import say

MIXED = "utf-8+"  # followed by the encoding of the lines that are not UTF-8
MIXED_SHARE = 0.05  # from this share of the lines beyond ASCII on, a second encoding is at work; below, damage
SAMPLE_LINES, OFFERED = 2_000, 5
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


def decode(data: bytes, encoding: str | None, answer: str | None = None) -> Decoded:
    """Turn the bytes of a text file into UTF-8.

    Args:
        data: the file.
        encoding: a codec's name, or None to detect it.
        answer: what a person answered to the question `encoding`.

    Raises:
        BadInput: an unknown encoding, or one that does not fit the bytes.
        NeedsDecision: several encodings fit, or none reads right.
    """
    name = encoding or answer or detect(data)
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


def detect(data: bytes) -> str:
    """Return the encoding of a text file.

    Raises:
        NeedsDecision: several encodings fit, or none reads right.
    """
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None) or utf16_of(data[: 1 << 16])
    if marked:
        return marked
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if _is_cut(data, error):
            return "utf-8"
    beyond = [line for line in data.split(b"\n") if not line.isascii()]
    others = [line for line in beyond if not _is_utf8(line)]
    if len(others) < MIXED_SHARE * len(beyond):
        return "utf-8"
    return ("" if len(others) == len(beyond) else MIXED) + _detect_other(others)


def _detect_other(lines: list[bytes]) -> str:
    """Choose the encoding that alone makes the text read right.

    Raises:
        NeedsDecision: none does, or several do.
    """
    shares = plausible(b"\n".join(lines[:: max(1, len(lines) // SAMPLE_LINES)]))
    text = b"\n".join(lines)
    fitting = [name for name in shares if _fits(text, name)]
    sure = [name for name in fitting if shares[name] >= SURE]
    if sure == ["cp1252"] and shares.get("gb18030", 0.0) > UNSURE:
        sure = []
    if len(sure) == 1:
        return sure[0]
    if not fitting:
        return "cp1252"  # damaged under every encoding: the lines at fault are named
    options = tuple((name, _example(lines, name)) for name in fitting[:OFFERED])
    raise NeedsDecision((Question("encoding", say("data.question.encoding"), options),))


def _example(lines: list[bytes], encoding: str) -> str:
    return lines[0].decode(encoding, "replace").strip()[:80]


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
