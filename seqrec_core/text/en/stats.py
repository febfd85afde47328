"""What is said about numbers that no statistic can be made of."""

SENTENCES = {
    "error.impossible_counts": "A share counts {found_k:,} of {found_n:,}; the first has to lie between 0 and the second.",
    "error.impossible_counts.hint": "This is a defect of the caller; please report it.",
    "error.bad_level": "A confidence level of {found} was asked for; it has to lie between 0 and 1.",
    "error.bad_level.hint": "Use 0.95 for 95 %.",
    "error.bad_p_values": "A p-value of {found} was given; p-values lie between 0 and 1.",
    "error.bad_p_values.hint": "This is a defect of the caller; please report it.",
    "error.not_paired": "Two runs are compared on {a:,} and {b:,} values; a paired comparison needs the same cases in both.",
    "error.not_paired.hint": "Evaluate both runs on the same users under the same protocol.",
    "error.not_finite": "{n:,} of the {total:,} values to compare are missing or infinite.",
    "error.not_finite.hint": "Leave these cases out of both runs first.",
    "error.bad_draws": "{found} random draws were asked for; at least 1 is needed.",
    "error.bad_draws.hint": "Use 1,000 or more for a stable result.",
}
