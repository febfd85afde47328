"""What was asked: the questions of one part, with what is known of items and of what people did afterwards."""

from dataclasses import dataclass

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Part, Split
from seqrec_core.evaluation.later import Later
from seqrec_core.evaluation.lists import ItemFacts


@dataclass(frozen=True)
class Asked:
    """The questions of one evaluation.

    Args:
        dataset: the log as arrays.
        split: how it was split.
        part: `test` or `valid`.
        cases: the questions.
        exclude_seen: items of the history are no candidates.
        facts: of the items, counted in training.
        later: what followed each question.
    """

    dataset: SequenceDataset
    split: Split
    part: Part
    cases: Cases
    exclude_seen: bool
    facts: ItemFacts
    later: Later
