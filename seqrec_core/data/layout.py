"""Where the table of a text begins, what stands before and inside it that is no row, and how its lines are cut.

Strict first: what a sample shows beyond doubt is proposed with its evidence; where it allows two tables a person is asked;
a first line that fits neither the rows nor a title is refused.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seqrec_core.data.canonical import Dialect
from seqrec_core.data.damaged import Cut
from seqrec_core.data.dialect import COMMON, MAX_PREAMBLE, Fit, find_dialect, fit_of
from seqrec_core.data.evidence import Evidence
from seqrec_core.data.header import UNSURE, guess_header, is_second_header, is_value
from seqrec_core.data.hints import is_hinted
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.errors import BadInput, Question
from seqrec_core.text import integer, percent, say

SAMPLE_LINES, FURTHER_LINES = 400, 100
WEAK_COMMENTS = ("%", "--")  # also what missing values look like
COMMENTS = ("#", "//", *WEAK_COMMENTS)
SEP = re.compile(r'^"?sep=(\\t|.)"?$', re.IGNORECASE)
SHOWN = 60


@dataclass(frozen=True)
class Layout:
    """How a text is laid out.

    Args:
        dialect: how its lines are cut.
        width: fields of a row.
        skip_lines: lines before the table.
        comment: what a line begins with that is no row; "" = nothing.
        has_header: whether the first row names the columns.
        trailing: whether every row, but not the header, ends in a delimiter.
        evidence: why.
        questions: what only a person can decide.
    """

    dialect: Dialect
    width: int
    skip_lines: int = 0
    comment: str = ""
    has_header: bool = True
    trailing: bool = False
    evidence: tuple[Evidence, ...] = ()
    questions: tuple[Question, ...] = ()

    def options(self) -> ReadOptions:
        """Return it as what a person could have said."""
        dialect = self.dialect
        return ReadOptions(
            delimiter=dialect.delimiter,
            has_header=self.has_header,
            quote=dialect.quote if dialect.quote in ('"', "'") else "",
            escape=dialect.escape,
            skip_lines=self.skip_lines,
            comment=self.comment,
        )


def sample_of(data: bytes) -> str:
    """Return the first lines of a text, and some of its middle and end, as text whose lines end in LF."""
    head = _lines(data[: 1 << 18], SAMPLE_LINES)
    if len(data) <= 1 << 18:
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        head = lines if len(lines) <= 2 * SAMPLE_LINES else [*head, *lines[-FURTHER_LINES:]]
    else:
        for start in (len(data) // 2, len(data) - (1 << 16)):
            head += _lines(data[start : start + (1 << 16)], FURTHER_LINES + 1)[1:]
    return b"\n".join(head).decode("utf-8", "replace")


def _lines(part: bytes, n: int) -> list[bytes]:
    lines = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:n] if len(lines) > n else lines[:-1]


def find_layout(sample: str, read: ReadOptions) -> Layout:
    """Find how a text is laid out.

    Args:
        sample: from `sample_of`.
        read: what is known.

    Raises:
        BadInput: the first line is laid out neither like the rows below nor like a title.
    """
    return _Finder(sample, read).run()


class _Finder:
    """Finds the layout of one sample; evidence and questions gather on the way."""

    def __init__(self, sample: str, read: ReadOptions) -> None:
        self.lines, self.read = sample.split("\n"), read
        self.skip = read.skip_lines or 0
        self.evidence: list[Evidence] = []
        self.questions: list[Question] = []

    def run(self) -> Layout:
        self._sep_line()
        comment, marked = self._marked()
        fit, rivals = find_dialect(self._text(comment), self.read)
        comment = self._comment(comment, marked, fit)
        if comment != marked and marked:
            fit = fit_of(self._text(comment), fit.dialect)
        self._explain(fit, rivals)
        cuts, trailing = self._table(fit)
        has_header = self._header(cuts)
        skip = cuts[0].line - 1 if cuts else self.skip
        if comment and not any(line.strip() and not line.startswith(comment) for line in self.lines[self.skip : skip]):
            skip = self.skip  # only comments stand before the table
        if skip and skip > self.skip:
            self._note("skip_lines", str(skip), 0.9, n=skip, text=self._shown(self.skip))
        return Layout(fit.dialect, fit.width, skip, comment, has_header, trailing, tuple(self.evidence), tuple(self.questions))

    def _shown(self, index: int) -> str:
        return next((line for line in self.lines[index:] if line.strip()), "")[:SHOWN]

    def _note(self, part: str, value: str, confidence: float, key: str = "", **values: object) -> None:
        self.evidence.append(Evidence(part, value, confidence, say(f"layout.guess.{key or part}", **values)))

    def _text(self, comment: str) -> str:
        """The sample without the lines that are skipped or comments; each stays an empty line."""
        kept = [
            "" if index < self.skip or (comment and line.startswith(comment)) else line for index, line in enumerate(self.lines)
        ]
        return "\n".join(kept)

    def _sep_line(self) -> None:
        """Obey a line `sep=;`, as spreadsheets write and read it."""
        if self.read.skip_lines is not None:
            return
        first = next((index for index, line in enumerate(self.lines) if line.strip("\ufeff ")), 0)
        match = SEP.match(self.lines[first].strip("\ufeff "))
        if match:
            self.skip = first + 1
            if self.read.delimiter is None:
                self.read = self.read.model_copy(update={"delimiter": COMMON.get(match[1], match[1])})
            self._note("skip_lines", str(self.skip), 1.0, "sep", delimiter=match[1])

    def _marked(self) -> tuple[str, str]:
        """The mark with which some lines begin that may be comments: the one to leave out while looking, and the one found."""
        if self.read.comment is not None:
            return self.read.comment, ""
        filled = [line for line in self.lines[self.skip :] if line.strip()]
        for mark in COMMENTS:
            n = sum(line.startswith(mark) for line in filled)
            if n and (n <= len(filled) / 2 or len(filled) - n >= 2):
                return mark, mark
        return "", ""

    def _comment(self, comment: str, marked: str, fit: Fit) -> str:
        """Decide whether marked lines are comments: those that are laid out like rows may be rows, and are asked about."""
        if not marked:
            return comment
        text = "\n".join(line if line.startswith(marked) else "" for line in self.lines[self.skip :])
        alike = [cut for cut in fit_of(text, fit.dialect).cuts if cut.fields is not None and len(cut.fields) == fit.width]
        first = fit.cuts[0].line if fit.cuts else 0
        if len(alike) == 1 and alike[0].line + self.skip < first and _names(alike[0].fields or [], marked):
            self.skip = alike[0].line + self.skip - 1
            return ""  # the names of the columns, after a mark
        if alike and marked in WEAK_COMMENTS:
            return ""
        if alike and fit.width > 1:
            options = (
                (marked, say("layout.question.comment_yes", mark=marked)),
                ("", say("layout.question.comment_no", text=alike[0].raw[:SHOWN])),
            )
            self.questions.append(Question("comment", say("layout.question.comment", mark=marked), options))
            return marked
        self._note("comment", marked, 0.9, mark=marked)
        return marked

    def _explain(self, fit: Fit, rivals: tuple[Fit, ...]) -> None:
        dialect = fit.dialect
        shown = repr(dialect.delimiter).strip("'")
        self._note(
            "delimiter", dialect.delimiter, round(fit.share, 2), delimiter=shown, width=fit.width, share=percent(fit.share)
        )
        if dialect.quote != '"':
            self._note("quote", dialect.quote, 0.9, "quote" if dialect.quote else "no_quote", quote=dialect.quote)
        if dialect.escape != "double":
            self._note("escape", dialect.escape, 0.9)
        if rivals:
            options = tuple((way.dialect.delimiter, self._columns(way)) for way in (fit, *rivals))
            self.questions.append(Question("delimiter", say("layout.question.delimiter"), options))

    def _columns(self, fit: Fit) -> str:
        fields = fit.cuts[fit.start].fields or []
        return say("layout.question.columns", n=fit.width, names=" · ".join(fields)[:SHOWN])

    def _table(self, fit: Fit) -> tuple[tuple[Cut, ...], bool]:
        """The records from the header or the first row on, and whether rows end in a delimiter that the header lacks.

        Raises:
            BadInput: what stands before the first row is no title.
        """
        before, cuts = fit.cuts[: fit.start], fit.cuts[fit.start :]
        if fit.width < 2 or not fit.fits:
            return fit.cuts, False
        if len({tuple(cut.fields or ()) for cut in before}) == 1 and _lacks_last(before[0], cuts, fit.width):
            self._note("delimiter", fit.dialect.delimiter, 0.9, "trailing")
            return fit.cuts, True
        if _is_table(before):
            width, n, total = len(before[0].fields or ()), integer(len(cuts)), integer(len(fit.cuts))
            raise BadInput("data", "two_widths", width=width, n=n, total=total, line=cuts[0].line)
        if before and (self.read.skip_lines is not None or not all(_is_title(cut, fit.width) for cut in before)):
            if before[0].fields is None:
                raise damaged_header(before[0].line, before[0].reason)
            fields = len(before[0].fields)
            raise BadInput("layout", "first_line", line=before[0].line, n=fields, width=fit.width, text=before[0].raw[:SHOWN])
        skipped = 0 if self.read.skip_lines is not None else _titles(cuts[: MAX_PREAMBLE + 1], fit.width)
        return cuts[skipped:], False

    def _header(self, cuts: tuple[Cut, ...]) -> bool:
        """Say whether the table begins with the names of its columns.

        Raises:
            BadInput: it does not, and a line before it may hold them.
        """
        fields = [cut.fields for cut in cuts[:50] if cut.fields is not None]
        if self.read.has_header is not None or not fields:
            return self.read.has_header is not False
        found, confidence = guess_header(fields)
        titles = [line for line in self.lines[self.skip : cuts[0].line - 1] if line.strip()]
        if not found and titles and self.read.skip_lines is None and any(not line.startswith(COMMENTS) for line in titles):
            raise BadInput("layout", "no_names", line=cuts[0].line, text=titles[-1][:SHOWN], skip=cuts[0].line - 1)
        if confidence == UNSURE and len(fields) > 1:
            options = (("yes", say("layout.question.header_yes")), ("no", say("layout.question.header_no")))
            text = " · ".join(fields[0])[:SHOWN]
            self.questions.append(Question("has_header", say("layout.question.header", text=text), options))
        elif found and self.read.skip_lines is None and len(fields) > 3 and is_second_header(fields) and fields[0] != fields[1]:
            lines = tuple((str(cut.line - 1), " · ".join(cut.fields or ())[:SHOWN]) for cut in cuts[:2])
            self.questions.append(Question("skip_lines", say("layout.question.two_headers"), lines))
        self._note("header", str(found), confidence, "header" if found else "no_header")
        return found


def damaged_header(line: int, reason: str) -> BadInput:
    """The error of a header that cannot be read."""
    return BadInput("layout", "damaged_header", line=line, reason=say(f"data.reason.{reason}"))


def _lacks_last(header: Cut, cuts: Sequence[Cut], width: int) -> bool:
    """Whether every row ends in a delimiter with nothing behind it, and the header does not."""
    rows = [cut.fields for cut in cuts if cut.fields is not None and len(cut.fields) == width]
    return len(header.fields or ()) == width - 1 and not any(row[-1] for row in rows)


def _titles(cuts: Sequence[Cut], width: int) -> int:
    """How many records at the top are titles filled up with delimiters: hardly a field, before a row of names."""
    if width < 3:
        return 0
    for index, cut in enumerate(cuts):
        filled = [cell for cell in cut.fields or () if cell.strip()]
        if len(filled) > max(1, width // 3):
            return index if len(filled) >= 2 and not any(is_value(cell) for cell in filled) else 0
        if sum(is_hinted(cell) for cell in filled) >= 2:
            return 0
    return 0


def _names(fields: Sequence[str], mark: str) -> bool:
    return sum(is_hinted(cell.removeprefix(mark).strip()) for cell in fields) >= 2


def _is_title(cut: Cut, width: int) -> bool:
    """Whether a line before the table is a title or a note: fewer fields, and no names of columns among them."""
    fields = cut.fields
    return fields is not None and len(fields) < width and sum(is_hinted(cell) for cell in fields) < 2


def _is_table(cuts: Sequence[Cut]) -> bool:
    """Whether lines before the table are a table of their own."""
    widths = Counter(len(cut.fields or ()) for cut in cuts)
    return len(cuts) > MAX_PREAMBLE or any(n >= 3 for width, n in widths.items() if width >= 3)
