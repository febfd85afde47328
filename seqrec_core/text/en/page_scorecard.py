"""The Scorecard page."""

SENTENCES = {
    "better": "Another run under the same protocol is better still: {name}, NDCG@10 {value} (paired test {p}).",
    "named_apart": "{name} · {id}",
    "protocol": "{line}",
    "no_protocol": "Nothing was held out: this run learnt from every event, so there is nothing to measure on.",
    "other_rules": "{n} on this log follow another protocol and are not compared here.",
    "rules": "{users} · {split} · full ranking of {items}",
    "everyone_asked": "All numbers are of everyone in the test, not only of the group chosen in the bar above.",
    "card.beside": "baseline {value}",
    "card.help": "{about} The baseline is the most accurate one: {rival}.",
    "trade_off.one": "{name} is ahead in both accuracy and novelty",
    "trade_off.some": "Accuracy against novelty: {n} models are not beaten in both ({names})",
    "trade_off.how": (
        "Accuracy: NDCG@10. Novelty: mean −log2 of the share of users who had a recommended item. Size: share of the items "
        "that are recommended to anybody. The line joins the models that no other beats in both. Choose one to compare it "
        "below."
    ),
    "hidden": "{n} more under this protocol are not drawn: only the {shown} most accurate are.",
    "metric": "Metric",
    "lorenz": "The half of the items that {model} recommends least gets {share} of its recommendations",
    "lorenz.how": "Items by how often they stand in a top 10, the rarest first; even lists lie on the diagonal.",
    "length": "{model}: {high} after {best} events, {low} after {worst}",
    "length.few": "Too few cases to tell histories apart by length",
    "length.subtitle": "NDCG@10 by events in the history · {rules} · no mean below {fewest} cases",
    "length.how": "Mean NDCG@10 of the cases whose history has this many events.",
    "how": "How is this computed?",
    "meaning": "{name}: {how}",
    "behaviour": "Behaviour, replayed",
    "behaviour.none": (
        "This run has no replayed behaviour: it was measured before it was counted. Train it again to fill this place."
    ),
    "behaviour.clicked": "{ctr} of the lists held an item that the user then clicked",
    "behaviour.both": "{ctr} of the lists held an item that the user then clicked, {conversion} one that they bought",
    "behaviour.subtitle": "replayed on held-out behaviour, top 10 · {rules}",
    "behaviour.column.metric": "Metric",
    "behaviour.column.model": "This model",
    "behaviour.column.interval": "95 % interval",
    "behaviour.column.baseline": "Best baseline",
    "behaviour.nothing_followed": "Nothing that could be recommended followed any list.",
    "behaviour.by_event": "Share of {lists} that held an item of such an event afterwards, by event type",
    "behaviour.share": "share of lists",
    "behaviour.by_event.how": (
        "A list counts where at least one later event of the type is of an item in it. Possible: lists after which a candidate "
        "followed by such an event; their share that held it is the rate of possible."
    ),
    "slices": "Where it does worst",
    "slices.few": "Too few cases: no slice has {fewest}.",
    "slices.worst": "Worst where it can be told: “{slice}”, NDCG@10 {mean} against {rest} elsewhere ({p})",
    "slices.even": "No slice is surely worse than the rest",
    "slices.subtitle": "mean NDCG@10, whiskers: 95 % interval · {rules} · slices of at least {fewest} cases",
    "slices.all": "All, worst first",
    "slices.kind": "Slices",
    "slices.how": (
        "Mean NDCG@10 of the cases of each slice; the difference is to all other cases, tested by user (Welch), with p-values "
        "corrected for the number of slices (Holm). Saved segments of this log are slices too."
    ),
    "slices.more": "The {shown} worst of {n} are drawn; the table has all.",
    "certainty": "How sure is this?",
    "certainty.alone": "No baseline was trained beside this run, so there is nothing to test it against.",
    "certainty.column.name": "Against",
    "certainty.column.difference": "Gain",
    "certainty.column.low": "from",
    "certainty.column.high": "to",
    "certainty.column.p_value": "p",
    "certainty.column.p_corrected": "p, corrected",
    "certainty.detectable": (
        "Paired by case, 95 % intervals, p corrected for several baselines (Holm). Against {rival}, a test on this log finds "
        "true differences of {least} {metric} or more in four of five cases; smaller ones it would often miss."
    ),
    "seeds": "{n} runs that differ only by seed: {metric} {mean} on average, {low} to {high}, standard deviation {deviation}.",
    "seeds.one": "One seed ({seed}): train the same settings with others to see how much chance in training moves these numbers.",
    "order.none": "Whether order matters to this model was not measured: it was trained before that was asked.",
    "trust": "Do the reasons hold?",
    "trust.unit": "share of what the history adds that is lost without the top 3 events (or half) · {users} · 95 % intervals",
    "trust.none": (
        "Not checked yet: the first recommendation of 200 users is explained, the events named are taken out, and what is lost "
        "is compared with random and with the latest events."
    ),
    "trust.start": "Check the reasons of {model}",
    "trust.counterfactual": (
        "Fewest removals push {validity} of the recommended items out of the top {k}: {size} events on average "
        "(in order of the reasons {greedy}, at random {random})."
    ),
    "trust.agreement": "Attention orders the events as the reasons do with a rank correlation of {value}.",
    "trust.how": (
        "Comprehensiveness (DeYoung et al. 2020): score minus base value is what the history adds; events are removed in the "
        "order of each method and the gap closed. Random: mean of 10 orders. Shares are cut to −1…2. More in docs/explaining.md."
    ),
    "trust.trade": "Accuracy against faithfulness of the runs that were checked",
    "trust.column.model": "Model",
    "trust.column.verdict": "Reasons",
    "trust.verdict.holds": "hold",
    "trust.verdict.weak": "no better than recency",
    "trust.verdict.fails": "no better than chance",
    "trust.verdict.none": "not checked",
    "trust.method.shapley": "Reasons (Shapley)",
    "trust.method.leave_one_out": "Leave one out",
    "trust.method.attention": "Attention",
    "trust.method.recency": "Latest first",
    "trust.method.popularity": "Most popular first",
    "trust.method.random": "Random order",
    "trust.column.method": "Order",
    "trust.column.comprehensiveness": "Lost without the top",
    "trust.column.sufficiency": "Kept by the top alone",
    "trust.column.deletion": "Deletion area",
    "trust.column.insertion": "Insertion area",
    "calibration": "Can its scores be read as chances?",
    "calibration.none": (
        "This run has no chances stored: it was measured before they were kept. Train it again to fill this place."
    ),
    "calibration.title": "{model}: the chances that its scores give are {error} off on average",
    "lists": "What both models recommended to {user}, after {n}",
    "lists.rank": "Rank",
    "lists.mark": "✓ {title}",
    "lists.choose": "Choose a row to see both lists.",
    "compare": "Compare two models",
    "compare.same": "Choose two different models.",
    "compare.more": "{second} is better than {first} by {difference} {metric}",
    "compare.less": "{second} is worse than {first} by {difference} {metric}",
    "compare.even": "{second} and {first} cannot be told apart in {metric}",
    "compare.numbers": "difference {difference} ({low} to {high}, 95 %) · paired test {p} · {cases} · {rules}",
    "cmp": "A",
    "cmp2": "B",
    "people": "{n} ({share}) are answered differently: B's largest gains first, its largest losses last, at most {most}.",
    "people.none": "Both models answer every case alike.",
    "people.how": "Rank of the item that came next, among all candidates. Choose a row, then explain it.",
    "explain": "Explain this case",
    "column.user_id": "User",
    "column.title": "What came next",
    "column.item_id": "Item id",
    "column.n_history": "Events before",
    "column.rank_a": "Rank in A",
    "column.rank_b": "Rank in B",
    "column.gain": "Gain of B",
    "everyone": "Recommendations for everyone",
    "everyone.about": "{model} recommends to each user after their whole history; the file has a row a user and rank.",
    "k": "Items a user",
    "everyone.make": "Make the file, top {k}",
    "everyone.done": "{rows} for {users}, made in {seconds}.",
    "everyone.download": "Download CSV",
    "card": "Run card and exports",
    "card.open": "{name}",
    "csv": "Metrics CSV",
    "markdown": "Markdown",
    "latex": "LaTeX",
    "html": "Offline page",
    "delete": "Delete run",
    "delete.sure": "Delete “{name}” with its model and reports? This cannot be undone.",
    "delete.yes": "Delete it",
}
