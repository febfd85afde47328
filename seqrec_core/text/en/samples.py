"""Names of the bundled sample logs."""

SENTENCES = {
    "shop": "Outdoor shop",
    "shop.about": "Twelve weeks of visits to an outdoor shop, from the home page to the purchase. Made by a script.",
    "news": "News site",
    "news.about": "Eleven weeks of articles read, saved, shared and commented. Made by a script.",
    "music": "Music player",
    "music.about": "Ten weeks of tracks played, skipped and liked. Made by a script.",
    "error.unknown_sample": "There is no sample called “{found}”; there are {known}.",
    "error.unknown_sample.hint": "Use one of these names.",
    "error.sample_gone": "The files of the sample “{name}” are not at {path}.",
    "error.sample_gone.hint": "Make them again: python sample_data/make_samples.py",
}
