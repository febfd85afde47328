"""What is said about metrics and protocols."""

SENTENCES = {
    "protocol": "Full ranking of {items} · {split}, {part} · {users} · {seen} · k = {k} · seed {seed}",
    "protocol.left_out": " · {n:,} left out, because their target could not be recommended",
    "protocol.tied": ("{n} at the same moment as the event before: there the order of the file decides what came first."),
    "protocol.prefer_temporal": "Where the log has times, a temporal split is nearer to use: prefer it to decide what to ship.",
    "split.leave_one_out": "leave-one-out",
    "split.temporal": "temporal split",
    "split.session": "session split",
    "split.none": "no split",
    "part.test": "test",
    "part.valid": "validation",
    "seen.excluded": "seen items out",
    "seen.included": "seen items in",
    "seen.asked": "Chosen by hand: {share} of the held-out events repeat an item of their history.",
    "seen.repeats": "Seen items stay in: {share} of the held-out events repeat an item of their history.",
    "seen.new": "Seen items are left out: only {share} of the held-out events repeat an item of their history.",
    "metric.ndcg": "NDCG@{k}",
    "metric.hr": "Hit rate@{k}",
    "metric.mrr": "MRR@{k}",
    "metric.recall": "Recall@{k}",
    "metric.precision": "Precision@{k}",
    "metric.map": "MAP@{k}",
    "metric.ndcg_debiased": "Debiased NDCG@{k}",
    "metric.coverage": "Coverage@{k}",
    "metric.user_coverage": "User coverage@{k}",
    "metric.novelty": "Novelty@{k}",
    "metric.diversity": "Diversity@{k}",
    "metric.content_diversity": "Content diversity@{k}",
    "metric.serendipity": "Serendipity@{k}",
    "metric.long_tail": "Long tail@{k}",
    "metric.popularity_lift": "Popularity lift@{k}",
    "metric.gini": "Gini@{k}",
    "metric.calibration_error": "Calibration error@{k}",
    "metric.ctr": "Click-through@{k}",
    "metric.ctr_possible": "Click-through where possible@{k}",
    "metric.ctr_ips": "Clicks foreseen, by exposure@{k}",
    "metric.conversion": "Conversion@{k}",
    "metric.conversion_possible": "Conversion where possible@{k}",
    "metric.conversion_ips": "Conversions foreseen, by exposure@{k}",
    "metric.value": "Value@{k}",
    "metric.ndcg_shuffled": "NDCG@{k}, histories shuffled",
    "about.ndcg": "Where the held-out item stands in the list: 1 at the top, falling with the logarithm of its rank, 0 outside.",
    "about.hr": "Share of cases whose held-out item is in the list.",
    "about.mrr": "One over the rank of the held-out item, 0 outside the list.",
    "about.recall": "Share of all items the user came to later that the list holds.",
    "about.precision": "Share of the list that the user came to later.",
    "about.map": "How early the list holds what the user came to later: 1 if all of it stands at the top.",
    "about.ndcg_debiased": "NDCG in which a rare item counts more than a popular one, since popular ones are shown more often.",
    "about.coverage": "Share of all items that are recommended to somebody.",
    "about.user_coverage": "Share of users whose list is decided by scores alone, not by ties.",
    "about.novelty": "How rare the recommended items are: mean −log2 of the share of users who had them, in bits.",
    "about.diversity": "Share of the pairs of items in a list that are of different categories.",
    "about.content_diversity": "How little the items of a list have in common in the words of title, tags and description.",
    "about.serendipity": (
        "Share of the list that the user came to later and that a list of the most popular items would not hold."
    ),
    "about.long_tail": "Share of the recommendations that go to items outside the popular ones, which hold 80 % of the events.",
    "about.popularity_lift": "How much more popular the recommended items are than those of the history: 0 is equal.",
    "about.gini": "How unevenly items are recommended: 0 is all alike, near 1 a few get everything.",
    "about.calibration_error": "How far the chance that a score gives the first item is from how often it came next.",
    "about.ctr": "Share of lists with an item that the user clicked later, within the window.",
    "about.ctr_possible": "The same, only of lists after which the user clicked an item that could be recommended.",
    "about.ctr_ips": "Share of the later clicks whose item the list held; a click where few look counts more.",
    "about.conversion": "Share of lists with an item that the user bought later, within the window.",
    "about.conversion_possible": "The same, only of lists after which the user bought an item that could be recommended.",
    "about.conversion_ips": "Share of the later purchases whose item the list held; one where few look counts more.",
    "about.value": "Mean worth of what the user later did with items of the list, in the unit of the log's value.",
    "about.ndcg_shuffled": "NDCG after the events of each history were put in random order: what is left does not hang on order.",
    "how.ndcg": "1 / log2(1 + rank) up to rank {k}, else 0; mean over cases. 0 to 1. Järvelin & Kekäläinen 2002.",
    "how.hr": "1 up to rank {k}, else 0; mean over cases. 0 to 1. With one item to find it equals recall.",
    "how.mrr": "1 / rank up to rank {k}, else 0; mean over cases. 0 to 1. Voorhees 1999.",
    "how.recall": "Found of the user's held-out items / all of them, from the target on; mean over cases. 0 to 1. trec_eval.",
    "how.precision": "Found of the user's held-out items / {k}; mean over cases. 0 to 1. trec_eval.",
    "how.map": (
        "Sum over found items of (found up to its place / its place) / all held-out items of the user; mean over cases. 0 to "
        "1. trec_eval (map_cut)."
    ),
    "how.ndcg_debiased": (
        "Weighted mean of NDCG with weight 1 / √(users who had the item in training, at least 1). 0 to 1. Steck 2011; Yang et "
        "al. 2018."
    ),
    "how.coverage": "Distinct items in all lists of {k} / items of the log. 0 to 1. Ge et al. 2010.",
    "how.user_coverage": "Users with a list of {k} candidates of which none is tied with one left out / users. 0 to 1.",
    "how.novelty": (
        "−log2(share of users who had the item in training), mean over a list of {k}, then over lists. 0 to log2(users + 1) "
        "bits. Vargas & Castells 2011."
    ),
    "how.diversity": "1 − pairs of the same category / all pairs of a list of {k}; mean over lists. 0 to 1. Ziegler et al. 2005.",
    "how.content_diversity": (
        "1 − mean cosine of the pairs of items of a list of {k} that have words, by tf · idf; mean over lists. 0 to 1. Ziegler "
        "et al. 2005; Salton & Buckley 1988."
    ),
    "how.serendipity": (
        "Found held-out items that are not among the {k} most popular candidates of this user / {k}; mean over lists. 0 to 1. "
        "Ge et al. 2010."
    ),
    "how.long_tail": (
        "Items of a list of {k} outside the shortest head that holds 80 % of the training events / {k}; mean. 0 to 1. "
        "Abdollahpouri et al. 2017."
    ),
    "how.popularity_lift": (
        "Mean share of users who had the items of the lists / the same of the histories − 1. −1 or more. Abdollahpouri et al. "
        "2020."
    ),
    "how.gini": "Σ (2 i − n − 1) c₍ᵢ₎ / (n Σ c) over the n items by rising count c in lists of {k}. 0 to 1. Gini 1912.",
    "how.calibration_error": (
        "Ten bins of equally many cases by the softmax chance of the first item: mean |share that came next − mean chance|. 0 "
        "to 1. Guo et al. 2017; Nixon et al. 2019."
    ),
    "how.ctr": "Lists of {k} with at least one item that the user then clicked inside the window / all lists. 0 to 1.",
    "how.ctr_possible": "Lists of {k} with a clicked item / lists after which the user clicked a candidate. 0 to 1.",
    "how.ctr_ips": (
        "Σ w over clicks of items in the list of {k} / Σ w over all clicks of candidates; w = 1 / chance to be seen, clipped. "
        "0 to 1. Swaminathan & Joachims 2015."
    ),
    "how.conversion": "Lists of {k} with at least one item that the user then bought inside the window / all lists. 0 to 1.",
    "how.conversion_possible": "Lists of {k} with a bought item / lists after which the user bought a candidate. 0 to 1.",
    "how.conversion_ips": (
        "Σ w over purchases of items in the list of {k} / Σ w over all purchases of candidates; w = 1 / chance to be seen, "
        "clipped. 0 to 1. Swaminathan & Joachims 2015."
    ),
    "how.value": "Sum of the log's value over such events with items of the list of {k}; mean over all lists. The log's unit.",
    "how.ndcg_shuffled": "NDCG@{k} of a sample of cases, asked again with events shuffled and times left in place. 0 to 1.",
    "about_and_how": "{about} {how}",
    "slice.history": "History of {events} events",
    "slice.cold_item": "Items that nobody had in training",
    "slice.had_by": "Items that {users} had",
    "slice.cold_user": "Users without training events",
    "slice.known_user": "Users with training events",
    "slice.event": "Next event: {name}",
    "slice.segment": "Segment: {name}",
    "slice.kind.history": "History length",
    "slice.kind.items": "Popularity of the item",
    "slice.kind.users": "Known users",
    "slice.kind.event": "Event type",
    "slice.kind.period": "Period",
    "slice.kind.segment": "Segment",
    "replay.none": "none",
    "order.lost": (
        "Order matters to this model: shuffled histories take away {share} of its NDCG@10 ({before} to {after}; difference "
        "{low} to {high}, 95 %; {n} cases)."
    ),
    "order.gained": (
        "This model does better with shuffled histories, by {share} of its NDCG@10 ({before} to {after}; difference {low} to "
        "{high}, 95 %; {n} cases): it reads order that does not hold."
    ),
    "order.no_sign": (
        "No sign that order matters to this model: shuffled histories leave its NDCG@10 at {after} ({before} before; "
        "difference {low} to {high}, 95 %; {n} cases)."
    ),
    "replay.limit": (
        "A replay counts what people did without having seen these lists. It cannot tell what they would have done with them: "
        "an item that nobody was shown can be no hit, and what is shown a lot looks good. Only an experiment tells."
    ),
    "replay.one_event": (
        "Leave-one-out holds out one event a user, so a list can be followed by that event alone; a temporal split replays more."
    ),
    "replay.seen_out": "Seen items are no candidates, so buying what was looked at before cannot be a hit.",
    "replay.guessed": (
        "Clicks: {clicks}. Conversions: {conversions}. The names of the event types decided; name them to change it."
    ),
    "replay.chosen": "Clicks: {clicks}. Conversions: {conversions}.",
    "replay.window": "Counted up to {window} after the list.",
    "replay.no_window": "Counted to the end of the held-out events.",
    "replay.by_propensity": "Exposure: the chances of the column “{column}”; {clipped} of the weights are clipped.",
    "replay.by_shown": (
        "Exposure: clicks a time shown at each position of the column “{column}”; {clipped} of the weights are clipped."
    ),
    "replay.by_position": (
        "Exposure: clicks at each position of the column “{column}”. The log does not say how often each was shown, so all "
        "count as shown equally often, and weights are rough; {clipped} of them are clipped."
    ),
    "error.unknown_event": "The log has no event type “{found}”; it has {known}.",
    "error.unknown_event.hint": "Choose among these.",
    "error.bad_window": "The window must be above 0 seconds; found {found}.",
    "error.bad_window.hint": "Give for example 604800 for a week.",
    "error.no_exposure_column": "The log has no column “{column}” of positions or chances; further columns are {known}.",
    "error.no_exposure_column.hint": "Name one of these, or leave it out.",
    "error.no_exposure_values": "The column “{column}” holds no number above 0, so it says nothing about what was seen.",
    "error.no_exposure_values.hint": "Name a column of positions (1 = first) or of chances (0 to 1).",
    "error.report_rows": "A report has {per_user} rows of values and {lists} lists.",
    "error.report_rows.hint": "This is a defect; please report it.",
    "error.unknown_seen": "“{found}” is no rule for seen items; known are auto, exclude and include.",
    "error.unknown_seen.hint": "Choose one of these.",
    "error.no_cases": "There is nothing to measure on: the {split} split has no {part} case whose target can be recommended.",
    "error.no_cases.hint": "Choose another split, or keep seen items in.",
    "error.bad_k": "List lengths must be whole numbers from 1 to 1000; found {found}.",
    "error.bad_k.hint": "Give for example 10, or 5 and 20.",
    "error.no_metric": "The metric “{metric}” is not in both reports; {known} can be compared.",
    "error.no_metric.hint": "Choose one of these, or evaluate both runs with the same k.",
    "error.nothing_in_common": "The two reports share no case.",
    "error.nothing_in_common.hint": "Evaluate both runs on the same dataset, split and rule for seen items.",
    "error.stopped": "The evaluation was stopped after {done:,} of {total:,} cases.",
    "error.stopped.hint": "Start it again when you want the numbers.",
}
