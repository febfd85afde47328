"""Events that repeat directly: the same label several times in a row."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences


def is_new(sequences: Sequences) -> NDArray[np.bool_]:
    """Whether an event differs from the one right before it in its sequence, bool[n_events]; a first event always does."""
    values, starts = sequences.values, sequences.offsets[:-1][np.diff(sequences.offsets) > 0]
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    new[starts] = True
    return new
