"""How the lines of a text are cut into fields: delimiter, quote and escape, found by cutting a sample in every way.

The way that gives most lines the same number (> 1) of fields wins; evidence is that number and the share of the lines.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from seqrec_core.data.canonical import BLANKS, CONTROLS, Dialect, canonical
from seqrec_core.data.damaged import Cut, cut_lines
from seqrec_core.data.mapping import ReadOptions

DELIMITERS = ("\t", ";", "|", ", ", ",", "::", "\x1f")
WEAK_DELIMITERS = ("~", "^", " ", BLANKS)  # also found in plain text: only where no other cuts
COMMON = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
MAX_OTHERS = 0.2  # a delimiter cuts all lines alike but for one, or this share
MAX_PREAMBLE = 12
APOSTROPHES = 0.5  # share of lines with '…' around a field from which on that is the quote
PRESENT = 2
BARE_QUOTES = 3  # so many lines, and no quoted field, show that quotes are letters; fewer are damage


@dataclass(frozen=True)
class Fit:
    """How well a dialect cuts a sample.

    Args:
        dialect: what was tried.
        cuts: the records it gives.
        width: fields of most records.
        n: records of that width, from `start` on; `total`: records from there on.
        start: index of the first record of that width.
    """

    dialect: Dialect
    cuts: tuple[Cut, ...]
    width: int
    n: int
    total: int
    start: int

    @property
    def share(self) -> float:
        """Share of the records that have the width, in [0, 1]."""
        return self.n / max(1, self.total)

    @property
    def bad(self) -> int:
        """Records of another width, or of none."""
        return self.start + self.total - self.n

    @property
    def fits(self) -> bool:
        """Whether it cuts nearly all lines into the same number of fields, more than one."""
        return self.width > 1 and self.total - self.n <= max(1, MAX_OTHERS * self.total) and self.n >= min(2, self.total)


def find_dialect(sample: str, read: ReadOptions) -> tuple[Fit, tuple[Fit, ...]]:
    """Find how a sample is cut.

    Args:
        sample: the first lines of a file (and some of its others), lines ending in LF.
        read: what is known.

    Returns:
        the best way, and others that cut it as well into another table: only a person can choose among them.
    """
    if read.delimiter is not None:
        return _quoting(sample, COMMON.get(read.delimiter, read.delimiter), read), ()
    strong = _fits(sample, DELIMITERS, read)
    best = max(strong, key=_rank, default=None)
    if best is None or not best.fits:
        best = max([*strong, *_fits(sample, WEAK_DELIMITERS, read)], key=_rank, default=_quoting(sample, ",", read))
        return best, ()
    rivals = [fit for fit in strong if fit.dialect.delimiter.strip() != best.dialect.delimiter.strip() and _rivals(fit, best)]
    return best, tuple(rivals)


def _rank(fit: Fit) -> tuple[bool, int, float, int]:
    share = round(min(fit.share, 1 - MAX_OTHERS), 2)
    return fit.fits, -min(fit.start, MAX_PREAMBLE) if fit.fits else 0, share, fit.width


def _rivals(fit: Fit, best: Fit) -> bool:
    """Whether both give a table that could be a log: as regular, from the same line on, of three columns or more."""
    return fit.fits and fit.start == best.start and min(fit.width, best.width) >= 3 and fit.share >= best.share


def _fits(sample: str, delimiters: tuple[str, ...], read: ReadOptions) -> list[Fit]:
    present = [delimiter for delimiter in delimiters if (" " if delimiter == BLANKS else delimiter) in sample]
    possible = [delimiter for delimiter in present if Dialect(delimiter).byte == delimiter or not _has_controls(sample)]
    return [_quoting(sample, delimiter, read) for delimiter in possible]


def _quoting(sample: str, delimiter: str, read: ReadOptions) -> Fit:
    """Find quote and escape for a delimiter: those under which most records come out well."""
    plain = fit_of(sample, Dialect(delimiter, read.quote if read.quote is not None else '"', read.escape or "double"))
    best = plain
    for dialect in _other_quotings(sample, plain.dialect, read):
        other = fit_of(sample, dialect)
        gain = 1 if dialect.quote else BARE_QUOTES
        if other.width > 1 and best.bad - other.bad >= gain and _is_evident(sample, other):
            best = other
    if best is plain and read.quote is None and _apostrophes_quote(plain):
        best = fit_of(sample, replace(plain.dialect, quote="'"))
    return best


def _other_quotings(sample: str, dialect: Dialect, read: ReadOptions) -> Iterator[Dialect]:
    if _has_controls(sample):
        return
    quotes = [dialect.quote] if read.quote is not None else [quote for quote in ('"', "'") if quote in sample or quote == '"']
    escapes = ["double"] if read.escape == "double" or "\\" not in sample else ["double", "backslash"]
    if read.escape == "backslash":
        escapes = ["backslash"]
    if read.quote is None and '"' in sample:
        quotes.append("")
    for quote in quotes:
        for escape in escapes:
            dialect_ = Dialect(dialect.delimiter, quote, "backslash" if escape == "backslash" else "double")
            if dialect_ != dialect:
                yield dialect_


def _has_controls(sample: str) -> bool:
    return any(control in sample for control in CONTROLS)


def _is_evident(sample: str, fit: Fit) -> bool:
    """Whether a sample shows what a dialect claims: fields in apostrophes, or no field in quotes at all."""
    dialect = fit.dialect
    edge = r"\s+" if dialect.delimiter == BLANKS else re.escape(dialect.delimiter)
    quote = dialect.quote or '"'
    closed = re.search(rf"(?:^|{edge}){quote}[^{quote}]{{0,500}}{quote}(?={edge}|$)", sample, re.MULTILINE)
    return bool(closed) if dialect.quote else not closed


def _apostrophes_quote(fit: Fit) -> bool:
    """Whether apostrophes stand around whole fields: every one that opens a field closes it."""
    cells = [cell for cut in fit.cuts for cell in cut.fields or ()]
    opened = [cell for cell in cells if cell.startswith("'")]
    if not opened or not all(len(cell) > 1 and cell.endswith("'") for cell in opened):
        return False
    lines = sum(any(cell.startswith("'") for cell in cut.fields or ()) for cut in fit.cuts)
    doubled = any("''" in cell[1:-1] for cell in opened)
    return doubled or (lines >= PRESENT and lines >= APOSTROPHES * len(fit.cuts))


def fit_of(sample: str, dialect: Dialect) -> Fit:
    """Cut a sample in one way, and say how well that goes."""
    cuts = tuple(cut_lines(canonical(sample.encode(), dialect).decode("utf-8", "replace"), dialect.byte))
    widths = [len(cut.fields) if cut.fields is not None else 0 for cut in cuts]
    counts = Counter(width for width in widths if width > 1)
    width = max(counts, key=lambda width: (counts[width], width), default=1)
    start = next((index for index, found in enumerate(widths) if found == width), 0)
    return Fit(dialect, cuts, width, widths[start:].count(width), len(widths) - start, start)
