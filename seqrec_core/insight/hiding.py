"""Cells of a table that would point at few people: which to leave blank, so that the others do not tell them either."""

import numpy as np
from numpy.typing import NDArray


def hidden(users: NDArray[np.int64], floor: int) -> NDArray[np.bool_]:
    """Say which cells to leave blank, bool[n].

    A cell of 1 to floor − 1 users is blank. Where the total is known, one blank cell could be told from the others, and so could
    several that hold few users together: then the next smallest ones are blank too.

    Args:
        users: distinct users of each cell, int64[n]; 0 says nothing about anybody.
        floor: fewest users of a cell that is shown; 1 or less shows all.

    Example:
        >>> hidden(np.array([40, 2, 9, 0]), 5).tolist()
        [False, True, True, False]
    """
    blank = (users > 0) & (users < floor)
    if not blank.any():
        return blank
    for cell in np.argsort(users, kind="stable"):
        if blank.sum() >= 2 and users[blank].sum() >= floor:
            break
        blank[cell] |= users[cell] > 0
    return blank


def users_by_cell(cell: NDArray[np.int64], owner: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return how many distinct users stand behind each of n cells, int64[n], given the cell and the user of each sequence."""
    pairs = np.unique(np.stack([cell.astype(np.int64), owner.astype(np.int64)]), axis=1)
    return np.bincount(pairs[0], minlength=n)
