"""A compiled walk that says how many distinct users hold each pattern, up to a floor."""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints
from seqrec_core.mining.ends_kernel import MAX_GAP, MAX_TIME, MIN_GAP, MIN_TIME, SPAN


@njit(cache=True, nogil=True)
def holds(values: Ints, steps: Ints, low: int, high: int, pattern: Ints, gap: int, last: Ints, before: Ints) -> bool:
    """Say whether one sequence holds a pattern.

    `last[j]` is the latest step in which the first j + 1 events can end, `before[j]` the latest one before that: of all
    ends of a prefix, the latest is the one that a gap limits least.
    """
    n = pattern.shape[0]
    last[:n] = -1
    before[:n] = -1
    for t in range(low, high):
        step = steps[t]
        for j in range(n):
            if values[t] != pattern[j]:
                continue
            if j > 0:
                end = last[j - 1] if last[j - 1] < step else before[j - 1]
                if end < 0 or step - end > gap:
                    continue
            if j == n - 1:
                return True
            if last[j] != step:
                before[j] = last[j]
                last[j] = step
    return False


@njit(cache=True, nogil=True)
def next_holding(values: Ints, steps: Ints, t: int, high: int, pattern: Ints, low_code: int, high_code: int) -> tuple[int, int]:
    """Return the first event from t on whose step holds a step of a pattern, and where to look for the next; `high` if none.

    t begins a step, and so does what is returned second; the step is `pattern[low_code:high_code]`.
    """
    while t < high:
        end = t + 1
        while end < high and steps[end] == steps[t]:
            end += 1
        held = 0
        for code in pattern[low_code:high_code]:
            for event in range(t, end):
                if values[event] == code:
                    held += 1
                    break
        if held == high_code - low_code:
            return t, end
        t = end
    return high, high


@njit(cache=True, nogil=True)
def holds_under(  # noqa: D417 - one line says several arguments
    values: Ints,
    steps: Ints,
    times: Ints,
    low: int,
    high: int,
    pattern: Ints,
    cuts: Ints,
    rules: Ints,
    ends: Ints,
    begins: Ints,
) -> bool:
    """Say whether one sequence holds a pattern under rules of distance.

    Of all ends of a prefix that are far enough before an event, the last is the nearest and has the latest beginning.

    Args:
        values, steps: of all events, steps numbered over all sequences.
        times: microseconds of all events; empty where no rule speaks of time.
        low, high: the sequence.
        pattern: codes; step j is `pattern[cuts[j]:cuts[j + 1]]`.
        cuts: see above.
        rules: as `rules_of` writes them.
        ends, begins: room, int64[2, longest sequence]: where a prefix ends, and when it began at the latest.
    """
    has_times = times.shape[0] > 0
    n_before = 0
    for j in range(cuts.shape[0] - 1):
        now, old = j % 2, (j + 1) % 2
        n, p = 0, -1
        t, after = next_holding(values, steps, low, high, pattern, cuts[j], cuts[j + 1])
        while t < high:
            reached = j == 0
            if j > 0:
                while p + 1 < n_before and steps[t] - steps[ends[old, p + 1]] >= rules[MIN_GAP]:
                    if has_times and times[t] - times[ends[old, p + 1]] < rules[MIN_TIME]:
                        break
                    p += 1
                if p >= 0:
                    end = ends[old, p]
                    reached = steps[t] - steps[end] <= rules[MAX_GAP]
                    if has_times:
                        reached = reached and times[t] - times[end] <= rules[MAX_TIME]
                        reached = reached and (rules[SPAN] < 0 or times[t] - begins[old, p] <= rules[SPAN])
            if reached:
                ends[now, n] = t
                if has_times:
                    begins[now, n] = times[t] if j == 0 else begins[old, p]
                n += 1
            t, after = next_holding(values, steps, after, high, pattern, cuts[j], cuts[j + 1])
        n_before = n
        if n == 0:
            return False
    return True


@njit(cache=True, nogil=True)
def users_up_to(
    values: Ints,
    steps: Ints,
    times: Ints,
    offsets: Ints,
    owner: Ints,
    n_users: int,
    by_label: Ints,
    bounds: Ints,
    patterns: Ints,
    starts: Ints,
    joins: Ints,
    is_plain: bool,
    rules: Ints,
    floor: int,
) -> Ints:
    """Return the number of distinct users that hold each pattern, at most `floor`, int64[n_patterns].

    `steps` are numbered over all sequences; `by_label[bounds[x]:bounds[x + 1]]` are the sequences with label x; pattern i is
    `patterns[starts[i]:starts[i + 1]]`, and `joins` says which of its events share the step of the one before. `is_plain`: only
    the largest distance in steps counts, and no event joins another. The rest: `holds_under`.
    """
    n_patterns, longest = starts.shape[0] - 1, 0
    counts = np.zeros(n_patterns, np.int64)
    seen = np.full(n_users, -1, np.int64)
    for row in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    ends, begins = np.empty((2, longest + 1), np.int64), np.empty((2, longest + 1), np.int64)
    last, before = np.empty(patterns.shape[0] + 1, np.int64), np.empty(patterns.shape[0] + 1, np.int64)
    cuts = np.empty(patterns.shape[0] + 2, np.int64)
    for i in range(n_patterns):
        pattern = patterns[starts[i] : starts[i + 1]]
        n_steps = 0
        for at in range(pattern.shape[0]):
            if not joins[starts[i] + at]:
                cuts[n_steps] = at
                n_steps += 1
        cuts[n_steps] = pattern.shape[0]
        for q in range(bounds[pattern[0]], bounds[pattern[0] + 1]):
            row = by_label[q]
            if seen[owner[row]] == i:
                continue
            low, high = offsets[row], offsets[row + 1]
            if is_plain:
                held = holds(values, steps, low, high, pattern, rules[MAX_GAP], last, before)
            else:
                held = holds_under(values, steps, times, low, high, pattern, cuts[: n_steps + 1], rules, ends, begins)
            if held:
                seen[owner[row]] = i
                counts[i] += 1
                if counts[i] == floor:
                    break
    return counts
