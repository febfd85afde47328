"""The Patterns page: which sequences repeat, and which precede success."""

SENTENCES = {
    "searching": "Searching for patterns…",
    "view": "View",
    "view.bubbles": "Surprising",
    "view.ranked": "Most frequent",
    "view.before": "Before {event}",
    "view.rules": "What follows",
    "view.table": "All patterns",
    "of": "Patterns of",
    "of.event": "of events",
    "of.category": "of categories",
    "of.item": "of items",
    # titles and subtitles
    "title.none": "No pattern is left",
    "title.bubbles": "{path} is in {share} of {units}, {lift} times as often as by chance",
    "title.ranked": "{path} is the most frequent pattern: in {share} of {units}",
    "title.before": "After {path}, {share} go on to {event}; of all, {all} do",
    "title.before.none": "No pattern precedes {event}",
    "title.rules": "After {left}, {share} go on to {last}, {lift} times as many as have it at all",
    "title.table": "{n} are in at least {share} of {units}",
    "subtitle.bubbles": "the {n} most above chance of {of} patterns · larger = longer · click a bubble to see who holds it",
    "subtitle.ranked": "the {n} best supported of {of} patterns · whisker = 95 % interval",
    "subtitle.before": (
        "share of the {units} with the pattern that reach {event} after it ({all} of all do) · the {n} surest patterns · "
        "whisker = 95 % interval · going together is not causing"
    ),
    "subtitle.rules": (
        "share of those with the first events that go on to the last one · the {n} surest of {rules} rules · "
        "whisker = 95 % interval"
    ),
    "subtitle.table": "{n} patterns",
    "subtitle.gap": "at most {n} apart",
    "subtitle.left_out": "{n} of fewer than {floor} users left out",
    # controls
    "support": "Least support",
    "support.stop": "{share} ({n})",
    "support.help": (
        "The share of {units} that must hold a pattern, and how many that are. At {n} the list is readable for this log."
    ),
    "length": "Events in a pattern",
    "gap": "Between two events",
    "gap.any": "anything",
    "gap.one": "nothing",
    "gap.at_most": "at most {n} steps",
    "gap.help": "How many steps after one event the next may come. Nothing between: they follow each other directly.",
    "last": "Ends with",
    "last.help": "Show only the patterns that end with one of these.",
    "has": "Must contain",
    "has.help": "Show only the patterns that hold all of these.",
    "anything": "anything",
    "more": "More",
    "kind": "Which patterns",
    "kind.all": "all",
    "kind.closed": "closed",
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
    "panel.success": "go on to {event} after it ({interval}); of all {units}, {all} have it.",
    "panel.private": "Fewer than {floor} users hold this pattern, so it is not shown.",
    "panel.first": "Choose the first pattern",
    "light": "Light up these {n} in Journeys",
    "light.help": "Opens Journeys with exactly these. They are kept as a saved segment, which can be deleted in the bar above.",
    "save": "Save as segment",
    "save.name": "Name",
    "save.do": "Save",
    "save.done": "Saved: {name} ({n}). Choose it in the bar above, on any page.",
    # where it occurs
    "where": "Where it occurs: {n} of {all}",
    "where.how": "Green = the events of the pattern. The rest happened around them.",
    "where.skipped": "… {n} …",
    "times.title": "Half take at most {median} from first to last",
    "times.subtitle": "p90 {p90} · n = {n}",
    # empty, too many
    "empty": "No pattern of {low} to {high} events is in at least {n} ({share}).",
    "empty.baskets": "In most of them all happens at one moment: nothing comes before or after anything else.",
    "empty.few": "This group has {n}; a pattern is only shown where at least {floor} users hold it. Choose a larger group.",
    "empty.filter": "{n} were found, but none has all that was asked for: {names}.",
    "empty.filter.clear": "Take the filters back",
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
    "column.rate": "share",
    # how it is computed
    "how.lift": (
        "Support divided by the product of the supports of its different events: how many times as often it occurs as {units} "
        "would hold all of them by chance. 1 = chance; an event that repeats counts once."
    ),
    "how.bubbles": (
        "Support: share of {units} that hold the events in this order, anything may happen in between unless set otherwise; each "
        "counts once. Interval: Wilson, 95 %. Lift: support / product of the supports of its different events; 1 = chance. "
        "Patterns of fewer than {floor} users are left out."
    ),
    "how.ranked": (
        "Support: share of {units} that hold the events in this order; each counts once. Interval: Wilson, 95 %. "
        "Patterns of fewer than {floor} users are left out."
    ),
    "how.before": (
        "Of the {units} that hold a pattern, the share in which {event} comes after its earliest end. Interval: Wilson, 95 %; "
        "sorted by its lower end, over the 300 best supported patterns of 30 cases or more, without those that hold a surer one. "
        "Patterns of fewer than {floor} users are left out."
    ),
    "how.rules": (
        "Confidence: of the {units} that hold the events before the last, the share in which the last one follows. Lift: "
        "confidence / share of all {units} that hold it anywhere; only rules above 1 are kept. Interval: Wilson, "
        "95 %; sorted by its lower end, without those that hold a surer one. Patterns of fewer than {floor} users are left out."
    ),
    "how.times": "One occurrence in each: the one that ends earliest, with the latest events before it.",
}
