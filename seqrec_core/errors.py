"""The error family: what was expected, what was found, what to do.

Each error names its sentence in the catalogue (`text/<language>/<subject>.py`): the message under `error.<code>`, the
way out under `error.<code>.hint`. One handler shows them on a page (`ui/errors.py`), one on the command line (`cli`).
"""

from dataclasses import dataclass, field

from seqrec_core.text import say


class SeqrecError(Exception):
    """Something a person can act on. `code` is stable, `message` and `hint` are for people.

    Args:
        subject: the catalogue file that holds the sentence, such as `data`.
        code: the name of the error, in snake case.
        values: what the placeholders of both sentences need.
    """

    exit_code = 2

    def __init__(self, subject: str, code: str, /, **values: object) -> None:
        self.subject, self.code, self.values = subject, code, values
        self.message = say(f"{subject}.error.{code}", **values)
        self.hint = say(f"{subject}.error.{code}.hint", **values)
        super().__init__(self.message)

    def as_dict(self) -> dict[str, str]:
        """Return code, message and hint, as the command line prints them and a job row keeps them."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class BadInput(SeqrecError):
    """A file, a value or an argument that cannot be used."""


class NotFound(BadInput):
    """A dataset, run, job, user or item that is not there."""


class Damaged(SeqrecError):
    """Something stored that no longer matches its manifest."""


class Failed(SeqrecError):
    """Work that was begun and did not finish."""

    exit_code = 4


class Stopped(SeqrecError):
    """Work that stopped because somebody asked for it."""

    exit_code = 4


@dataclass(frozen=True)
class Question:
    """One thing that only a person can decide: `options` are (answer, what it means)."""

    code: str
    message: str
    options: tuple[tuple[str, str], ...] = field(default=())


class NeedsDecision(Exception):
    """The work cannot go on before a person has answered `questions`."""

    exit_code = 3

    def __init__(self, questions: tuple[Question, ...]) -> None:
        self.questions = questions
        super().__init__("; ".join(question.message for question in questions))
