"""Cleaning, step by step: why each is proposed and what it did."""

SENTENCES = {
    # Why a step is proposed.
    "evidence.exact_duplicates": "A row that equals an earlier one in every column is most often one event written twice.",
    "evidence.source_overlap": "{n:,} events equal one of an earlier source in user, item, type and time ({sources}).",
    "evidence.returns": "{n:,} events take something back: their value is negative, or their number begins with “{prefix}” "
    "({cancelled:,}).",
    "evidence.prices": "{n:,} events have a “{column}” of zero or less.",
    "evidence.non_product_codes": "{codes:,} item ids do not look like the others, in {n:,} events: {examples}.",
    "evidence.merge_items": "{ids:,} item ids differ from another only in case, in {n:,} events: {examples}.",
    "evidence.bots": "{n:,} users act at a pace, in a number or as regularly as people do not ({events:,} events): {examples}.",
    # What a step did.
    "fix.source_overlap": "{n:,} events that an earlier source holds too were left out.",
    "fix.source_overlap.one": "One event that an earlier source holds too was left out.",
    "fix.hide_events": "{n:,} events of types that were not wanted were left out.",
    "fix.hide_events.one": "One event of a type that was not wanted was left out.",
    "fix.merge_events": "{n:,} events got another type.",
    "fix.merge_events.one": "One event got another type.",
    "fix.returns": "{n:,} returns and cancellations were left out.",
    "fix.returns.one": "One return or cancellation was left out.",
    "fix.non_product_codes": "{n:,} events with items that are no products were left out.",
    "fix.non_product_codes.one": "One event with an item that is no product was left out.",
    "fix.prices": "{n:,} events with a price of zero or less were left out.",
    "fix.prices.one": "One event with a price of zero or less was left out.",
    "fix.merge_items": "{n:,} events got the usual spelling of their item.",
    "fix.merge_items.one": "One event got the usual spelling of its item.",
    "fix.bots": "{n:,} events of users like bots were left out.",
    "fix.collapse_repeats": "{n:,} events that repeat the one before were left out.",
    "fix.collapse_repeats.one": "One event that repeats the one before was left out.",
    "fix.k_core": "{n:,} events of users and items outside the k-core were left out.",
    "fix.min_history": "{n:,} events of users with too few were left out.",
    "error.no_column": "The step {step} looks at the column “{column}”, and the log has none; it has {found}.",
    "error.no_column.hint": "Name a column of the log in the recipe, or leave the step out.",
    "error.unknown": "“{found}” is no step of cleaning; known are {known}.",
    "error.unknown.hint": "Choose one of these.",
}
