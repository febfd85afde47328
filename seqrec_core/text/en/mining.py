"""What is said about patterns and their search."""

SENTENCES = {
    "error.below_one": "{name} is {found}; 1 or more was expected.",
    "error.below_one.hint": "Give a whole number from 1 on.",
    "error.lengths_cross": "The shortest pattern asked for has {least} events, the longest {most}.",
    "error.lengths_cross.hint": "Let the largest length be at least the least.",
    "error.below_zero": "{name} is {found}; a number of seconds from 0 on was expected.",
    "error.below_zero.hint": "Give seconds, like 3600 for an hour.",
    "error.gaps_cross": "The least distance asked for is {least}, the largest {most}.",
    "error.gaps_cross.hint": "Let the largest distance be at least the least.",
    "error.many_contained": "{found} events were named that each pattern has to hold; at most {most} can be.",
    "error.many_contained.hint": "Name fewer events, or leave out all others instead.",
    "error.no_times": "This log has no times, so that no pattern can be limited by time.",
    "error.no_times.hint": "Limit the distance in steps instead.",
    "error.floor_under_rules": (
        "Patterns of fewer than {floor} users are to be left out, but under a least distance, a rule of time or for baskets only "
        "a search for users knows how many hold each."
    ),
    "error.floor_under_rules.hint": "Count users (`--by user`), or leave out the floor or those rules.",
    "error.too_many_events": "The log has {n:,} events; a search takes at most {most:,}.",
    "error.too_many_events.hint": "Search a shorter period or a segment.",
    "error.stopped": "The search was stopped after {n:,} patterns.",
    "error.stopped.hint": "Start it again, with a higher support if it took too long.",
    "error.no_pattern": "No event was given.",
    "error.no_pattern.hint": "Name at least one event of the pattern.",
    "error.unknown_label": "“{label}” does not occur in these sequences; they have {n:,} different events.",
    "error.unknown_label.hint": "Check the spelling, and whether items, events or categories are counted.",
    "error.rules_need_all": "Rules need all patterns from one event on; these are the {kind} ones from {least} events on.",
    "error.rules_need_all.hint": "Search again with kind all and a least length of 1.",
    "error.no_spmf": "The file “{path}” is not there or cannot be read.",
    "error.no_spmf.hint": "Check the path.",
    "error.spmf_token": "Line {line} of “{path}” holds “{found}”; whole numbers were expected.",
    "error.spmf_token.hint": "A sequence is written as “1 -1 2 3 -1 -2”: -1 ends a step, -2 the sequence.",
    "error.spmf_unfinished": "“{path}” ends inside a sequence: the last number is {found}, not -2.",
    "error.spmf_unfinished.hint": "End each sequence with -2.",
    "error.spmf_empty": "“{path}” holds no sequence.",
    "error.spmf_empty.hint": "A sequence is written as “1 -1 2 3 -1 -2”: -1 ends a step, -2 the sequence.",
}
