"""What an import says: each row is told once, and one thing is spoken of in the singular."""

from seqrec_core.data.report import Fix, unsaid


def test_one_thing_is_spoken_of_in_the_singular():
    assert Fix("data.fix.duplicates", 1).sentence.startswith("One exact duplicate was")
    assert Fix("data.fix.duplicates", 2).sentence.startswith("2 exact duplicates were")
    assert Fix("data.fix.encoding", 1, {"encoding": "cp1252"}).sentence == "Read as cp1252."


def test_rows_that_a_fix_tells_of_are_not_told_again():
    rejected = {"exact duplicate": 3, "return or cancellation": 5, "no user": 7, "unparsable time": 1}
    fixes = (Fix("data.fix.duplicates", 3), Fix("steps.fix.returns", 5), Fix("steps.fix.prices", 0))
    assert unsaid(fixes, rejected) == {"no user": 7, "unparsable time": 1}
    assert unsaid((Fix("data.fix.unread_times", 1, {"examples": "soon"}),), {"unparsable time": 1}) == {}
    assert unsaid((), rejected) == rejected
