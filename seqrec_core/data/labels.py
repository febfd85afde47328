"""What the sequences of a log are best read as: event types, categories or items."""

from seqrec_core.data.sequences import Of, SequenceDataset

FEWEST_EVENTS, MOST_CATEGORIES = 3, 60


def default_of(dataset: SequenceDataset) -> Of:
    """Say what paths run over: event types if there are 3 or more, else categories if there are 2 to 60, else items."""
    if len(dataset.event_names) >= FEWEST_EVENTS:
        return "event"
    if dataset.categories is not None and 2 <= len(set(dataset.categories[1:])) <= MOST_CATEGORIES:
        return "category"
    return "item"
