"""Names of the bundled sample logs."""

SENTENCES = {
    "shop": "Outdoor shop",
    "shop.about": "Twelve weeks of visits to an outdoor shop, from the home page to the purchase. Made by a script.",
    "news": "News site",
    "news.about": "Eleven weeks of articles read, saved, shared and commented. Made by a script.",
    "music": "Music player",
    "music.about": "Ten weeks of tracks played, skipped and liked. Made by a script.",
    "finance": "Card payments",
    "finance.about": "Twelve weeks of cards in shops, on the web and at cash machines: authorised, declined, refunded, charged "
    "back. Made "
    "by a script.",
    "medicine": "Care pathways",
    "medicine.about": "Twelve weeks of a hospital: referrals, tests, admissions, treatments and discharges. Made by a script.",
    "error.unknown_sample": "There is no sample called “{found}”; there are {known}.",
    "error.unknown_sample.hint": "Use one of these names.",
    "error.sample_gone": "The files of the sample “{name}” are not at {path}.",
    "error.sample_gone.hint": "Make them again: python sample_data/make_samples.py",
}
