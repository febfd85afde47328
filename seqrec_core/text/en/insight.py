"""What is said about contrasts, unusual sequences and interest."""

SENTENCES = {
    "error.empty_group": "Group {group} holds no session that is not in the other group too.",
    "error.empty_group.hint": "Choose two groups that differ.",
    "error.small_group": "Group {group} is {found} users; a comparison would tell what these do.",
    "error.small_group.hint": "Choose a group of at least {least} users.",
    "error.two_rests": "Both groups are the rest; one of them has to be a group.",
    "error.two_rests.hint": "Name a segment, a rule or a period for one of them.",
    "error.other_labels": "The two groups come from different datasets, or count different things.",
    "error.other_labels.hint": "Compare two groups of one dataset.",
    "error.too_few_sequences": "{found} sequences hold events; {least} or more of several users are needed to say what is usual.",
    "error.too_few_sequences.hint": "Take a larger log or segment, or sessions instead of users.",
    "error.no_copies": "{found} copies of the log were asked for; 1 or more was expected.",
    "error.no_copies.hint": "20 are enough for most logs.",
    "error.few_draws": "{found} permutations were asked for; 19 or more are needed to tell anything.",
    "error.few_draws.hint": "999 are enough for most questions.",
}
