"""What changes late in a file: read by its own, asked, refused or counted; never carried over from the beginning silently."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision

NAMES = ("user_id", "item_id", "event_type", "timestamp")
N, CUT = 3_000, 2_400
SMALL = Sizes(piece_bytes=20_000, bucket_rows=1_000)
SIZES = pytest.mark.parametrize("sizes", [None, SMALL], ids=["whole", "pieces"])


def iso(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def events(n=N, minutes=97):
    start = datetime(2024, 1, 3, 8, 0, 7, tzinfo=UTC)
    return [
        (f"u{k * 7 % 211:04}", f"i{k * 13 % 97:04}", ("view", "buy")[k % 2], start + timedelta(minutes=k * minutes))
        for k in range(n)
    ]


def text(rows, write=iso, delimiter=","):
    return "".join(delimiter.join((*row[:3], write(row[3]))) + "\n" for row in rows)


def imported(tmp_path, body, sizes=None, **told):
    path = tmp_path / "log.csv"
    path.write_bytes((",".join(NAMES) + "\n").encode() + (body.encode() if isinstance(body, str) else body))
    return import_log(ImportRequest(path=path, steps=(), **told), sizes=sizes)


def kept(made):
    return Counter(made.log.frame.select(c.USER, c.ITEM, c.EVENT, c.TIME).rows())


def unix(factor):
    return lambda moment: str(int(moment.timestamp()) * factor)


@SIZES
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (iso, unix(1)),
        (unix(1), unix(1_000)),
        (unix(1), unix(1_000_000)),
        (unix(1_000), iso),
        (iso, lambda moment: moment.strftime("%d/%m/%Y %H:%M:%S")),
        (iso, lambda moment: moment.strftime("%m/%d/%Y %I:%M:%S %p")),
        (iso, lambda moment: (moment + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")),
        (iso, lambda moment: moment.strftime("%y-%m-%d %H:%M:%S")),
        (iso, lambda moment: moment.strftime("%d.%m.%y %H:%M:%S")),
    ],
)
def test_another_format_of_times_is_read_by_its_own(tmp_path, first, then, sizes):
    rows = events()
    made = imported(tmp_path, text(rows[:CUT], first) + text(rows[CUT:], then), sizes)
    assert kept(made) == Counter(rows)


@SIZES
def test_a_day_above_twelve_that_comes_late_turns_all_dates(tmp_path, sizes):
    start = datetime(2024, 3, 1, tzinfo=UTC)
    days = [k % 12 for k in range(CUT)] + [k % 28 for k in range(N - CUT)]
    rows = [
        (*row[:3], start + timedelta(days=day, minutes=k % 1440)) for k, (row, day) in enumerate(zip(events(), days, strict=True))
    ]
    made = imported(tmp_path, text(rows, lambda moment: moment.strftime("%m/%d/%Y %H:%M:%S")), sizes)
    assert kept(made) == Counter(rows)


@SIZES
def test_dates_that_turn_round_are_asked_about_with_both_counts(tmp_path, sizes):
    rows = events()
    body = text(rows[:CUT], lambda moment: moment.strftime("%d/%m/%Y %H:%M:%S"))
    body += text(rows[CUT:], lambda moment: moment.strftime("%m/%d/%Y %H:%M:%S"))
    with pytest.raises(NeedsDecision) as asked:
        imported(tmp_path, body, sizes)
    (question,) = asked.value.questions
    assert (question.code, [code for code, _ in question.options]) == ("date_order", ["dmy", "mdy"])
    assert "both ways round" in question.message
    made = imported(tmp_path, body, sizes, answers={"date_order": "dmy"})
    assert made.report.rejected["unparsable time"] == sum(row[3].day > 12 for row in rows[CUT:])


@SIZES
def test_times_that_stop_are_counted_with_examples(tmp_path, sizes):
    rows = events()
    made = imported(tmp_path, text(rows[:CUT]) + text(rows[CUT:], lambda _: "n.a. soon"), sizes)
    assert kept(made) == Counter(rows[:CUT])
    assert made.report.rejected == {"unparsable time": N - CUT}
    (fix,) = [fix for fix in made.report.fixes if fix.key == "data.fix.unread_times"]
    assert (fix.n, fix.values["examples"]) == (N - CUT, "“n.a. soon”")


@SIZES
@pytest.mark.parametrize(("place", "reason"), [(0, "no user"), (1, "no item")])
@pytest.mark.parametrize("late", [True, False])
def test_ids_that_are_empty_in_a_part_are_counted(tmp_path, place, reason, late, sizes):
    rows = events()
    empty = {k for k in range(N) if (k >= CUT) == late} if late else set(range(N - CUT))
    body = text([(*row[:place], "", *row[place + 1 :]) if k in empty else row for k, row in enumerate(rows)])
    made = imported(tmp_path, body, sizes)
    assert kept(made) == Counter(row for k, row in enumerate(rows) if k not in empty)
    assert made.report.rejected == {reason: len(empty)}


@SIZES
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_is_refused_or_counted(tmp_path, delimiter, sizes):
    """A piece without one good row is refused by its line; fewer are left out by name."""
    rows = events()
    few = N - 20
    made = imported(tmp_path, text(rows[:few]) + text(rows[few:], delimiter=delimiter), sizes)
    assert kept(made) == Counter(rows[:few])
    assert made.report.rejected == {"too few fields": 20}
    if sizes is not None:
        with pytest.raises(BadInput) as error:
            imported(tmp_path, text(rows[:CUT]) + text(rows[CUT:], delimiter=delimiter), sizes)
        assert error.value.code == "two_widths"
        assert error.value.hint


@SIZES
def test_another_encoding_is_read_and_counted_or_asked(tmp_path, sizes):
    rows = [(row[0], f"é{row[1]}", *row[2:]) for row in events()]
    body = text(rows[:CUT]).encode() + text(rows[CUT:]).encode("cp1252")
    made = imported(tmp_path, body, sizes)
    assert kept(made) == Counter(rows)
    assert [fix.n for fix in made.report.fixes if fix.key == "data.fix.two_encodings"] == [N - CUT]
    other = body.replace("é".encode("cp1252"), b"\xd6\xc6")  # a word in Chinese, Cyrillic, and no other language
    with pytest.raises(NeedsDecision) as asked:
        imported(tmp_path, other, sizes)
    assert asked.value.questions[0].code == "encoding"


@SIZES
def test_columns_in_another_order_below_a_second_header_are_asked_about_or_left_out(tmp_path, sizes):
    rows = events()
    body = text(rows[:CUT]) + "item_id,user_id,event_type,timestamp\n" + text([(row[1], row[0], *row[2:]) for row in rows[CUT:]])
    with pytest.raises(NeedsDecision) as asked:
        imported(tmp_path, body, sizes)
    assert asked.value.questions[0].code == "tables"


@SIZES
def test_a_log_that_is_shifted_into_the_future_is_kept_and_said(tmp_path, sizes):
    """As medical logs are, to hide when things were; single times there stay at fault."""
    rows = [(*row[:3], row[3] + timedelta(days=47_000)) for row in events()]
    made = imported(tmp_path, text(rows), sizes)
    assert kept(made) == Counter(rows)
    assert [fix.n for fix in made.report.fixes if fix.key == "data.fix.late_times"] == [N]
    few = [(*row[:3], row[3] + timedelta(days=47_000 * (k % 50 == 0))) for k, row in enumerate(events())]
    made = imported(tmp_path, text(few), sizes)
    assert made.report.rejected == {"time before 1970-01-02 or after 2099": N // 50}


@SIZES
def test_a_log_shifted_late_by_most_of_its_rows_is_read_again(tmp_path, sizes):
    rows = [(*row[:3], row[3] + timedelta(days=47_000 * (k > N // 4))) for k, row in enumerate(events())]
    assert kept(imported(tmp_path, text(rows), sizes)) == Counter(rows)


@pytest.mark.parametrize("header", [",".join(NAMES), ""], ids=["named", "no names"])
def test_roles_do_not_depend_on_the_first_user_alone(tmp_path, header):
    """Sorted by user, the first of them may fill all rows that are looked at from the top."""
    rows = [(f"u{max(0, k - 24_000) // 10:05}", f"i{k * 13 % 997:04}", *row[2:]) for k, row in enumerate(events(32_000, 5))]
    path = tmp_path / "log.csv"
    path.write_text((header + "\n" if header else "") + text(rows))
    assert kept(import_log(ImportRequest(path=path, steps=()))) == Counter(rows)
