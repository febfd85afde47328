"""What is known of a draft: how its file would be read, what is open, and what its beginning would become."""

from dataclasses import dataclass, replace

from seqrec_core.data.candidates import role_asked
from seqrec_core.data.channels import plain_name
from seqrec_core.data.importing import Proposal
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.trial import Trial
from seqrec_core.errors import BadInput, NeedsDecision, Question, SeqrecError
from seqrec_core.settings import settings
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import roles as data_roles
from seqrec_core.ui.data.draft import Draft


@dataclass(frozen=True)
class Told:
    """What is known of a draft.

    Args:
        proposal: as found, with the answers given so far.
        questions: all that only a person can decide; those answered already among them.
        roles: role → column, proposed or chosen.
        unanswered: codes of the questions that still wait.
        trial: what the beginning of the file would become; None where that cannot be said.
        problem: why not.
    """

    proposal: Proposal
    questions: tuple[Question, ...]
    roles: dict[str, str]
    unanswered: frozenset[str] = frozenset()
    trial: Trial | None = None
    problem: SeqrecError | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be imported."""
        return self.trial is not None and not self.unanswered and self.trial.n_kept > 0


def tell(draft: Draft) -> Told:
    """Find out all about a draft from the beginning of its file.

    Raises:
        NotFound, BadInput: the file cannot be read at all.
    """
    asked = data_calls.proposal(draft.file, draft.read, {})
    known = {*asked.preview.columns, *asked.roles.values()}
    chosen = {f"{role}_column": column for role, column in draft.roles.items() if column in known}
    proposal = data_calls.proposal(draft.file, draft.read, draft.answers | chosen)
    questions = {question.code: question for question in (*draft.asked, *asked.questions, *proposal.questions)}
    settled = {*draft.answers, *(f"{role}_column" for role in draft.roles)}
    waiting = {question.code for question in (*draft.asked, *proposal.questions)} - settled
    roles = data_roles.roles_of(draft, proposal)
    told = Told(proposal, tuple(questions.values()), roles, frozenset(waiting))
    try:
        return replace(told, trial=tried_with(draft, told, {}))
    except SeqrecError as error:
        return replace(told, problem=error)
    except NeedsDecision as decision:
        more = {question.code: question for question in decision.questions}
        return replace(told, questions=(*told.questions, *more.values()), unanswered=told.unanswered | set(more))


def tried_with(draft: Draft, told: Told, answers: dict[str, str]) -> Trial:
    """Try the beginning of a file with some answers; open questions are taken by their first option.

    Raises:
        BadInput: it cannot be read like that.
        NeedsDecision: a question came up that has no options.
    """
    if "user" not in told.roles:
        raise BadInput("data", "no_user_column", found=", ".join(told.proposal.preview.columns[:30]))
    first = {question.code: question.options[0][0] for question in told.questions if question.options}
    asked = {role: answer for code, answer in answers.items() if (role := role_asked(code))}
    others = {role: column for role, column in told.roles.items() if role in asked or column not in asked.values()}
    mapping = ColumnMapping(**{**others, **asked})
    return data_calls.tried(draft.file, mapping, draft.read, first | draft.answers | answers, draft.raw)


def request_of(draft: Draft, told: Told) -> ImportRequest:
    """Return what is to be imported, with everything that was found or chosen."""
    codes = {question.code for question in told.questions}
    columns = {f"column_{role}": column for role, column in told.roles.items() if f"column_{role}" in codes}
    gap = draft.gap or settings().session_gap_minutes
    return ImportRequest(
        path=draft.file,
        items_path=draft.items,
        source=draft.shown,
        items_source=draft.items_shown or None,
        name=draft.name.strip() or plain_name(draft.shown),
        mapping=ColumnMapping(**told.roles),
        read=draft.read,
        session_gap_minutes=None if "session" in told.roles or "time" not in told.roles else gap,
        raw=draft.raw,
        steps=draft.steps,
        without=draft.without,
        answers={code: answer for code, answer in (draft.answers | columns).items() if code in codes},
    )
