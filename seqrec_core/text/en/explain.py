"""Sentences of explanations."""

SENTENCES = {
    # the sentence
    "at_rank.listed": "Recommended at #{rank:,}",
    "at_rank.below": "At #{rank:,}",
    "versus.ahead": "Ahead of {other}",
    "versus.behind": "Behind {other}",
    "no_history": "{at} without any history: only what is popular speaks for it.",
    "nothing_matters": "{at}. No single event matters much: mostly popularity.",
    "against": "{at} in spite of this history, which speaks against it: mostly popularity.",
    "because": "{at} mainly because of {causes}.",
    "perhaps": "{at}, perhaps because of {causes}, but the check does not confirm it: other events matter as much.",
    "without.falls": "Without {cause} it falls to #{rank:,}.",
    "without.rises": "Without {cause} it rises to #{rank:,}.",
    "without.stays": "Removing only {cause} leaves it at #{rank:,}.",
    "without.that_event": "the event that counts most",
    "weak": "The most recent events matter even more.",
    "quoted": "“{name}”",
    "cause.plain": "{name}",
    "cause.did": "{name}, {did}",
    "cause.when": "{name}, {when}",
    "cause.did_when": "{name}, {did} {when}",
    "cause.more": "{cause} (and {events} of it)",
    "cause.group": "the {events} together",
    "list.two": "{first} and {last}",
    "list.two_long": "{first}, and {last}",
    "list.more": "{first}; {last}",
    "list.last": "and {last}",
    # when it happened: against the last event of the history, or against now
    "when.ago": "{time} ago",
    "when.before": "{time} before",
    "when.last": "just before",
    "when.same_day": "the same day",
    "when.today": "today",
    "when.moments_ago": "moments ago",
    "when.moments_before": "moments before",
    "when.events_before": "{events} before the last",
    # what was done, by event type
    "did.view": "viewed",
    "did.click": "clicked",
    "did.search": "searched for",
    "did.cart": "in the cart",
    "did.checkout": "in the checkout",
    "did.order": "ordered",
    "did.purchase": "bought",
    "did.wishlist": "on the wish list",
    "did.remove": "taken out of the cart",
    "did.rate": "rated",
    "did.play": "played",
    "did.skip": "skipped",
    "did.like": "liked",
    "did.read": "read",
    "did.share": "shared",
    "did.comment": "commented on",
    "did.pay": "being paid",
    "did.home": "on the home page",
    "did.catalog": "in the catalogue",
    "did.watch": "watched",
    "did.listen": "listened to",
    "did.open": "opened",
    "did.save": "saved",
    "did.compare": "compared",
    "did.other": "event “{event}”",
    # fewest removals
    "counterfactual.found": "Without {causes} it leaves the top {k}: #{before:,} → #{after:,}.",
    "counterfactual.events_of": "{events} of {names}",
    "counterfactual.minimal": "Nothing smaller does it ({tried:,} sets tried).",
    "counterfactual.maybe_smaller": "A smaller set may do it too ({tried:,} sets tried).",
    "counterfactual.none": "None of the {tried:,} sets of events tried pushes it out of the top {k}.",
    "counterfactual.not_listed": "It is not in the top {k}, so nothing has to be removed.",
    "bring_in.remove": "Without {removed} it enters the top {k}: #{before:,} → #{after:,}.",
    "bring_in.add": "With {added} as one more event it enters the top {k}: #{before:,} → #{after:,}.",
    "bring_in.replace": "With {added} in place of {removed} it enters the top {k}: #{before:,} → #{after:,}.",
    "bring_in.likely": "The model expects {added} next at #{rank:,}.",
    "bring_in.none": "None of the {tried:,} edits tried brings it into the top {k}.",
    # trust
    "trust.holds": "holds",
    "trust.weak": "weak",
    "trust.fails": "fails",
    "trust.too_short": "not checked",
    "trust.shares": (
        "Removing the top {m} takes away {top} of what the history adds, random {m} take {random} "
        "(95 % between {low} and {high}), the last {m} take {recent}."
    ),
    "trust.shares_one": (
        "Removing the top event takes away {top} of what the history adds, a random one takes {random} "
        "(95 % between {low} and {high}), the last one takes {recent}."
    ),
    "trust.too_short.why": "There are too few events to compare, or the history adds next to nothing.",
    # faithfulness of a run
    "trust_run.holds": (
        "Explanations of this model hold: over {users:,} users, removing the top events takes away {own} of what the history "
        "adds, the last ones {recent}, random ones {random}."
    ),
    "trust_run.weak": (
        "Explanations of this model do not clearly beat recency: over {users:,} users, removing the top events takes away {own} "
        "of what the history adds, the last ones {recent}, random ones {random}."
    ),
    "trust_run.fails": (
        "Explanations of this model do not beat chance: over {users:,} users, removing the top events takes away {own} of what "
        "the history adds, the last ones {recent}, random ones {random}."
    ),
    "trust_run.none": "Nothing could be checked: of {users:,} users none has 3 events that add something to a score.",
    # errors
    "error.does_not_add_up": "The contributions miss the score {score:.4f} by {gap:.4f}.",
    "error.does_not_add_up.hint": "This is a defect of the explainer; please report the run and the item.",
    "error.versus": "Item number {found} is nothing to compare with: it is the item itself, or no candidate (1 to {n:,}).",
    "error.versus.hint": "Compare with another item of the list.",
    "error.no_candidate": "Item number {target} cannot be recommended by this run; its candidates are 1 to {n:,}.",
    "error.no_candidate.hint": "Choose an item that occurs in the log.",
    "error.target_seen": "This item is already in the history, and seen items are not recommended here.",
    "error.target_seen.hint": "Choose an item that is not in the history, or include seen items.",
    "error.not_finite": "The model {model} gave a score that is not a number.",
    "error.not_finite.hint": "Train it again, with a smaller learning rate.",
}
