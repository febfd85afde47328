"""Which encoding a text file has, and its bytes as UTF-8.

Text that is strictly valid UTF-8 is UTF-8: other encodings hardly ever are by chance. Otherwise the choice is between
GB18030 (Chinese: its bytes come in pairs) and Windows-1252 (Western: single bytes between ASCII letters).
"""

import codecs
import re
from dataclasses import dataclass

from seqrec_core.data.container import utf16_of
from seqrec_core.data.report import Fix
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import say

MIXED = "utf-8+"  # followed by the encoding of the lines that are not UTF-8
MIXED_SHARE = 0.05  # from this share of the lines beyond ASCII on, a second encoding is at work; below, damage
SURE, UNSURE = 0.9, 0.2
HIGH = re.compile(rb"[\x80-\xff]")
HAN = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")
PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
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
        NeedsDecision: two encodings fit equally.
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
        NeedsDecision: GB18030 and Windows-1252 fit equally.
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
    """Choose between GB18030 and Windows-1252 by how the bytes beyond ASCII pair up."""
    text = b"\n".join(lines)
    if not _fits(text, "gb18030"):
        return "cp1252"
    pairs = PAIR.findall(text)
    han = sum(1 for pair in pairs if HAN.fullmatch(pair)) / max(1, len(pairs))
    if han >= SURE:
        return "gb18030"
    if han <= UNSURE and _fits(text, "cp1252"):
        return "cp1252"
    if not _fits(text, "cp1252"):
        return "gb18030"
    options = tuple((name, _example(lines, name)) for name in ("gb18030", "cp1252"))
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
