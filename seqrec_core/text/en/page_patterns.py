"""The Patterns page: which sequences repeat, and which precede success."""

SENTENCES = {
    "searching": "Searching for patterns…",
    "counting": "{n} so far · {share} of the search",
    "stop": "Stop",
    "stopped": "The search was stopped. Nothing of it is shown.",
    "stopped.fit": "Search with a support of {n}, which is quick",
    "stopped.again": "Search again",
    "tab": "Question",
    "tab.patterns": "Patterns",
    "tab.before": "Before an event",
    "tab.compare": "Compare",
    "tab.unusual": "Unusual",
    "show": "View",
    "show.bubbles": "Surprising",
    "show.ranked": "Most frequent",
    "show.rules": "What follows",
    "show.table": "All patterns",
    "of": "Patterns of",
    "of.event": "of events",
    "of.category": "of categories",
    "of.item": "of items",
    # titles and subtitles
    "users_for_order": "In most sessions of this log all happens at one moment, without an order, so whole users are looked at.",
    "title.none": "No pattern is left",
    "title.bubbles": "{path} is in {share} of {units}, {lift} times as often as by chance",
    "title.bubbles.explained": (
        "No pattern says more than its own steps; the most above chance is {path}, in {share} of {units}, {lift} times as often"
    ),
    "title.ranked": "{path} is the most frequent pattern: in {share} of {units}",
    "title.before": "After {path}, {share} go on to {event}; of all, {all} do",
    "title.before.none": "No pattern precedes {event}",
    "title.rules": "After {left}, {share} go on to {last}, {lift} times as many as have it at all",
    "title.table": "{n} are in at least {share} of {units}",
    "subtitle.bubbles": (
        "the {n} most above chance of {of} patterns, without those that their own transitions explain · larger = longer · "
        "click a bubble to see who holds it"
    ),
    "subtitle.bubbles.explained": (
        "the {n} most above chance of {of} patterns · larger = longer · click a bubble to see who holds it"
    ),
    "subtitle.ranked": "the {n} best supported of {of} patterns · whisker = 95 % interval",
    "subtitle.before": (
        "share of the {units} with the pattern that go on to {event} ({all} of all do), each read up to its first {event} · "
        "the {n} surest patterns · whisker = 95 % interval · going together is not causing"
    ),
    "subtitle.rules": (
        "share of those with the first events that go on to the last one · the {n} surest of {rules} rules · "
        "whisker = 95 % interval"
    ),
    "subtitle.table": "{n} patterns",
    "subtitle.gap": "at most {n} apart",
    "subtitle.wait": "at most {time} apart",
    "subtitle.span": "within {time}",
    "subtitle.left_out": "{n} of fewer than {floor} users left out",
    # controls
    "support": "Least support",
    "support.stop": "{share} ({n})",
    "support.help": (
        "The share of {units} that must hold a pattern, and how many that are. At {n} the list is readable for this log."
    ),
    "length": "Events in a pattern",
    "gap": "Steps between",
    "gap.any": "any number",
    "gap.one": "none",
    "gap.at_most": "at most {n} steps",
    "gap.help": "How many steps after one event the next may come. None between: they follow each other directly.",
    "last": "Ends with",
    "last.help": "Show only the patterns that end with one of these.",
    "wait": "Time between",
    "wait.any": "any time",
    "wait.at_most": "at most {time}",
    "wait.help": "How long after one event the next may come.",
    "span": "From first to last",
    "span.any": "any time",
    "span.at_most": "within {time}",
    "span.help": "How long the whole pattern may take.",
    "first": "Starts with",
    "first.help": "Show only the patterns that start with one of these.",
    "has": "Must contain",
    "has.help": "Show only the patterns that hold all of these.",
    "anything": "anything",
    "more": "More",
    "types": "Event types",
    "types.help": "Read only the events of these types, as if there were no others.",
    "kind": "Which patterns",
    "kind.all": "all",
    "kind.closed": "closed: redundant ones folded",
    "kind.maximal": "maximal",
    "kind.help": (
        "Closed: without those that a longer pattern of the same support contains. "
        "Maximal: without those that any longer frequent pattern contains."
    ),
    "most": "How many",
    "most.any": "no limit",
    "most.at_most": "the best {n}",
    "most.help": "Keep only the best supported of those that the filters leave.",
    "once": "Count direct repeats once",
    "once.short": "direct repeats counted once",
    "once.help": "On: view, view, cart is read as view, cart. Off: every event counts.",
    "export": "Export",
    "export.csv": "CSV",
    "export.json": "JSON",
    "export.txt": "SPMF text",
    # the chosen pattern
    "gap.directly": "directly",
    "gap.steps": "{n} later",
    "gap.line": "↓ {near}",
    "gap.timed": "↓ {near} · median {median}, p90 {p90}",
    "interval": "95 % interval {low} to {high}",
    "panel.support": "support",
    "panel.lift": "lift",
    "panel.times": "{lift}×",
    "panel.chance": "1× = chance",
    "panel.confidence": "go on to {event}",
    "panel.of": "{n} of {all}",
    "panel.everyone": "{share} of all do",
    "panel.both": "{n} ({share} of all) hold it and go on to {event}.",
    "surprise.dull": "Its own transitions explain it: they alone would give {expected} of {units}.",
    "surprise.more": "{ratio}× as often as its own transitions explain: they alone would give {expected} of {units}.",
    "surprise.less": "Only {ratio}× as often as its own transitions explain: they alone would give {expected} of {units}.",
    "surprise.never": "Its own transitions do not explain it at all.",
    "folded": "{n} say the same and are folded under it",
    "folded.under": "{path} says the same and more",
    "panel.private": "Fewer than {floor} users hold this pattern, so it is not shown.",
    "panel.first": "Choose the first pattern",
    "light": "Light up these {n} in Journeys",
    "light.never": "Light up the {n} that do not",
    "light.few": "Fewer than {floor} users: they are neither shown nor kept.",
    "light.help": "Opens Journeys with exactly these. They are kept as a saved segment, which can be deleted in the bar above.",
    "save.never": "without {event}",
    "save.living": "It is a living rule: what is imported later and does the same belongs to it too.",
    "save.fixed": "It is the list of exactly these: no rule says the same.",
    "save": "Save as segment",
    "save.name": "Name",
    "save.do": "Save",
    "save.done": "Saved: {name} ({n}). Choose it in the bar above, on any page.",
    # where it occurs
    "where": "Where it occurs: {n} of {all}",
    "where.how": "Green = the events of the pattern. The rest happened around them.",
    "where.skipped": "… {n} …",
    "where.after": "{time} later",
    "who.kind": "{column} = {value}",
    "who.title": "{held} of them have {kind}, of all {all}",
    "who.subtitle": "share of the sessions that hold it · in brackets of all that are looked at",
    "who.alt": "Bars of {n} values. {title}.",
    "when.title": "Most often in the week of {day}: in {share} of {units}",
    "when.title.none": "When it occurs",
    "when.subtitle": "share of the {units} that begin in each week",
    "when.alt": "Bars of {n} weeks. {title}.",
    "times.title": "Half take at most {median} from first to last",
    "times.subtitle": "p90 {p90} · n = {n}",
    # before an event
    "before.private": "Fewer than {floor} users hold this pattern and go on to {event}, so it is not shown.",
    "before.one_event": "This log holds one event only: nothing precedes another.",
    "goal": "What happens before …",
    "goal.help": "Each of the {units} is read up to the first time of this event.",
    "instead": "Instead of {event}, {share} go to {to} after {path}",
    "instead.end": "Instead of {event}, {share} do nothing more after {path}",
    "instead.nothing": "nothing more",
    "instead.none": "Nobody does the same instead of {event}",
    "instead.none.why": "{n} hold the pattern and never reach it; no next event is that of {floor} users or more.",
    "instead.subtitle": (
        "what comes next for the {n} that hold {path} and never reach {event} · in brackets the same for those that do · "
        "{left_out} with next events of fewer than {floor} users left out"
    ),
    "instead.alt": "Bars of {n} next events. {title}.",
    # compare
    "compare.a": "Group A",
    "compare.b": "Group B",
    "compare.first": "First day",
    "compare.last": "Last day",
    "compare.period": "a period",
    "compare.days": "{first} to {last}",
    "compare.rest": "all others",
    "compare.nothing": "This log has no dates and no attributes to tell groups apart by. Save a segment on this page first.",
    "compare.no_patterns": "No pattern is held by enough people in both groups together.",
    "compare.drawing": "{n} of {all} permutations",
    "compare.more": "{n} permutations",
    "compare.more.help": "Takes longer and tells apart p-values below 1 in {n}.",
    "compare.title": "{path} is in {share_a} of {a}, and in {share_b} of {b}",
    "compare.title.none": "No pattern is sure to differ between {a} and {b}",
    "compare.who": "{a} against {b}",
    "compare.sizes": "A = {a}, {n_a} · B = {b}, {n_b}",
    "compare.tested": "{n} of {of} differ at 5 %, corrected for all of them",
    "compare.left_out": "{n} in both left out",
    "compare.in_both": "{n} have sessions in both",
    "compare.then": "↓",
    "compare.interval": "Difference {points} points, 95 % interval {low} to {high}",
    "compare.sure": "Sure: corrected for all patterns tested, {p}; alone, {alone}.",
    "compare.unsure": "Chance could do it: corrected for all patterns tested, {p}; alone, {alone}.",
    "compare.why": "How it is corrected, and why",
    "compare.why.text": (
        "With hundreds of patterns, some differ by chance. {draws} times, the users were dealt out anew to groups of these "
        "sizes; the corrected p is the share in which the largest difference of any pattern (not yet ahead) was at least "
        "this one. So the chance of even one false discovery is at most 5 %. Patterns overlap, and this counts their overlap "
        "in, where corrections without it (Bonferroni, Benjamini–Yekutieli) would give most of the power away. Patterns of "
        "fewer than {floor} users are left out."
    ),
    "compare.open": "Look at this pattern",
    "p": "p = {p}",
    "p.tiny": "p < 0.001",
    # unusual
    "unusual.one.session": "One session",
    "unusual.one.user": "One user",
    "unusual.title.steps": "{unit} takes steps that nobody else takes: {bits} bits per event, where {typical} are usual",
    "unusual.title.length": "{unit} is far longer than the others: {n}",
    "unusual.title.pace": "{unit} keeps a machine's time over {n}",
    "unusual.subtitle": "{who} · usual are {bits} bits per event · click a mark or a row to see its steps",
    "unusual.alt": "{n} by length and bits per event; the middle is at {bits} bits. The 20 most unusual can be chosen.",
    "unusual.ids": "Show user ids",
    "unusual.ids.help": "Who they are. Without it, sequences are shown without a name.",
    "unusual.user": "User {id}",
    "unusual.place": "Number **{n}** · unusual for its **{reason}**",
    "unusual.reason.steps": "steps",
    "unusual.reason.length": "length",
    "unusual.reason.pace": "even times",
    "unusual.bits": "bits per event",
    "unusual.typical": "usual: {bits}",
    "unusual.events": "events",
    "unusual.middle": "usual: {n}",
    "unusual.pace": "The times between its events hardly vary.",
    "unusual.steps": "Orange: a step that is hardly ever taken here, with its bits (10 bits = 1 time in 1,000).",
    "unusual.explain": "See this user in Explain",
    "weeks": "{who}, week of {day}: {share} go from {source} to {target}; in all other weeks {elsewhere}",
    "weeks.event": "{who}, week of {day}: {share} hold {target}; in all other weeks {elsewhere}",
    "weeks.alone": "(any)",
    "weeks.everyone": "All {units}",
    "weeks.none": "No week stands out",
    "weeks.none.why": (
        "None of {n} comparisons of a week with the others, among all and within each attribute, differs by more than "
        "chance, corrected for all of them."
    ),
    "weeks.subtitle": "{n} of {of} comparisons stand out, corrected for all of them · choose a row to see it over time",
    "weeks.alt": "Bars of {n} weeks; the week of {day} is marked.",
    "weeks.open": "Open this week in Journeys",
    "slow": "In the week of {day}, {source} to {target} takes {median} at the median; in all other weeks {elsewhere}",
    "slow.subtitle": "{n} steps and weeks take longer or less long than usual, corrected for all of them",
    # empty, too many
    "empty": "No pattern of {low} to {high} events is in at least {n} ({share}).",
    "empty.baskets": "In most of them all happens at one moment: nothing comes before or after anything else.",
    "empty.few": "This group has {n}; a pattern is only shown where at least {floor} users hold it. Choose a larger group.",
    "empty.filter": "{n} were found, but none has all that was asked for: {names}.",
    "empty.filter.clear": "Take the filters back",
    "empty.rarer": "Look at rarer patterns too: in {n} or more",
    "empty.reset": "Use a support and lengths that fit this log",
    "empty.users": "Look at users instead of sessions",
    "too_many": "The search was stopped after {n}: more would take too long, and nobody could read them. Some are missing below.",
    "too_many.fit": "Use {share} ({n}), which fits",
    # table headings
    "column.pattern": "pattern",
    "column.length": "events",
    "column.support_count": "{units}",
    "column.support": "support",
    "column.low": "95 % from",
    "column.high": "95 % to",
    "column.lift": "lift",
    "column.confidence": "confidence",
    "column.reached": "go on to {event}",
    "column.antecedent_count": "{units} with it",
    "column.rate": "share",
    "column.column": "attribute",
    "column.value": "value",
    "column.held": "with the pattern",
    "column.share_held": "share of them",
    "column.share_all": "share of all",
    "column.first": "from",
    "column.last": "to",
    "column.n": "of",
    "column.to": "next",
    "column.count": "{units}",
    "column.share": "share",
    "column.count_reached": "{units} that reach {event}",
    "column.share_reached": "share of those",
    "column.difference": "difference",
    "column.difference_low": "difference from",
    "column.difference_high": "difference to",
    "column.support_a": "share of A",
    "column.support_b": "share of B",
    "column.count_a": "in A",
    "column.count_b": "in B",
    "column.p_value": "p alone",
    "column.p_corrected": "p corrected",
    "column.place": "place",
    "column.reason": "unusual for",
    "column.score": "deviations",
    "column.bits_per_event": "bits per event",
    "column.events": "events",
    "column.id": "user",
    "column.start": "week of",
    "column.from": "after",
    "column.who": "among",
    "column.rate_elsewhere": "other weeks",
    "column.median_seconds": "median s",
    "column.median_elsewhere": "other weeks s",
    # how it is computed
    "how.lift": (
        "Support divided by the product of the supports of its different events: how many times as often it occurs as {units} "
        "would hold all of them by chance. 1 = chance; an event that repeats counts once."
    ),
    "how.bubbles": (
        "Support: share of {units} that hold the events in this order, anything may happen in between unless set otherwise; each "
        "counts once. Interval: Wilson, 95 %. Lift: support / product of the supports of its different events; 1 = chance. "
        "Left out are patterns that copies of the log, made by its first-order chain, hold as often or more. "
        "Patterns of fewer than {floor} users are left out."
    ),
    "how.table": (
        "Support: share of {units} that hold the events in this order; each counts once. Interval: Wilson, 95 %. Lift: support / "
        "product of the supports of its different events; 1 = chance. Patterns of fewer than {floor} users are left out."
    ),
    "how.ranked": (
        "Support: share of {units} that hold the events in this order; each counts once. Interval: Wilson, 95 %. "
        "Patterns of fewer than {floor} users are left out."
    ),
    "how.before": (
        "Each of the {units} is read up to its first {event}, so that nothing after it can seem to have led to it. Of those that "
        "hold a pattern there, the share that reach {event}. Interval: Wilson, 95 %; sorted by its lower end, patterns of 30 "
        "cases or more, without those that hold a surer one. Lift: that share / the share of all that reach it. Those that "
        "never reach it are read to their end, and so hold long patterns a little more often. Patterns of fewer than {floor} "
        "users are left out."
    ),
    "how.instead": (
        "Of the {units} that hold the pattern and never reach {event}: the first event of a later step, after the earliest "
        "end of the pattern; each counts once. Beside it the same of those that do reach it, read up to {event}. Intervals: "
        "Wilson and, of the difference, Newcombe, 95 %. Rows of fewer than {floor} users are left out."
    ),
    "how.compare": (
        "Closed patterns of at most 4 events, searched in both groups together. Difference of shares with Newcombe's 95 % "
        "interval, widened where sessions share users. p: permutations of whole users; corrected for all patterns tested "
        "(Westfall–Young, step-down max-T). Patterns of fewer than {floor} users are left out."
    ),
    "how.unusual": (
        "Bits of a step: −log2 of its probability in a smoothed chain of all other users. Score: how far, in robust standard "
        "deviations, from the middle of all: bits of all its steps, its length, or how even its times are; the largest counts."
    ),
    "how.weeks": (
        "Of all, and of those with one value of an attribute, that begin in a week and hold the first event: the share that "
        "go on directly to the second, beside all other weeks; each counts once. p of two shares, corrected for everything "
        "compared (Benjamini–Yekutieli); shown up to 0.05."
    ),
    "how.slow": (
        "Time of the first such step of each, in the week it begins, beside all other weeks. p by rank sums, corrected for all "
        "steps and weeks (Benjamini–Yekutieli); shown up to 0.05."
    ),
    "how.who": (
        "Each session has the values of its first event. Values of fewer than 5 users are left out, and others that would "
        "tell them."
    ),
    "how.when": (
        "Of the {units} that begin in a week (from Monday, UTC), the share that hold it. Hatched: fewer than 30. "
        "Weeks in which fewer than 5 users hold it are left out, and others that would tell them."
    ),
    "how.rules": (
        "Confidence: of the {units} that hold the events before the last, the share in which the last one follows. Lift: "
        "confidence / share of all {units} that hold it anywhere; only rules above 1 are kept. Interval: Wilson, "
        "95 %; sorted by its lower end, without those that hold a surer one. Patterns of fewer than {floor} users are left out."
    ),
    "how.times": "One occurrence in each: the one that ends earliest, with the latest events before it.",
}
