"""What the music player plays: artists by genre with their albums, and the words that track titles are made of."""

# Genre → (code of its track ids, genres that people hear next, moods, artists with album and year).
# fmt: off
GENRES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str, int], ...]]] = {
    "Indie": ("IND", ("Folk", "Electronic"), ("dreamy", "upbeat", "wistful"), (
        ("Harbour Lights Club", "Paper Weather", 2019),
        ("Nora Vale", "Second Floor", 2022),
        ("The Quiet Neighbours", "Good Fences", 2017),
        ("Milk Street", "Leave It On", 2024),
        ("Oslo Summer", "Midnight Ferry", 2021),
    )),
    "Electronic": ("ELE", ("Indie", "Hip-hop"), ("driving", "ambient", "late night"), (
        ("Kassel 84", "Grid", 2018),
        ("Luma Fields", "Soft Machines", 2023),
        ("Tessel", "North Loop", 2020),
        ("Antenna Choir", "Signals", 2016),
        ("Ny Dag", "Glass Hours", 2025),
    )),
    "Folk": ("FOL", ("Indie", "Classical"), ("warm", "acoustic", "wistful"), (
        ("Wren & Marlow", "Salt Roads", 2015),
        ("Ailsa Crane", "The Long Field", 2020),
        ("Brothers Tarn", "Peat Smoke", 2018),
        ("Ida Sol", "Letters Home", 2023),
    )),
    "Jazz": ("JAZ", ("Classical", "Hip-hop"), ("smoky", "swinging", "late night"), (
        ("Elias Brandt Trio", "Blue Staircase", 2014),
        ("Mara Okoye", "Eleven Streets", 2021),
        ("Pier Nine Quartet", "Low Tide", 2019),
        ("Sunday Brass", "Corner Table", 2024),
    )),
    "Hip-hop": ("HIP", ("Electronic", "Jazz"), ("hard", "playful", "laid-back"), (
        ("Juno Blaze", "City Limits", 2022),
        ("Dalton Reed", "No Receipts", 2020),
        ("MC Linden", "Bus Stop Poetry", 2024),
        ("Third Rail", "Concrete Garden", 2018),
    )),
    "Classical": ("CLA", ("Jazz", "Folk"), ("calm", "solemn", "bright"), (
        ("Ensemble Vesper", "Nocturnes", 2011),
        ("Clara Winther, piano", "Small Pieces", 2019),
        ("Northfield Strings", "Four Seasons Anew", 2016),
        ("Choir of St Alban", "Evening Songs", 2021),
    )),
    "Metal": ("MET", ("Electronic", "Hip-hop"), ("hard", "dark", "fast"), (
        ("Iron Orchard", "Rust Psalms", 2017),
        ("Grimholt", "Winter Court", 2022),
        ("Black Furnace", "Ember", 2013),
    )),
    "Pop": ("POP", ("Indie", "Electronic"), ("upbeat", "sunny", "danceable"), (
        ("Lola Fontaine", "Heartbeat Atlas", 2023),
        ("Candy Arcade", "Level Up", 2021),
        ("Theo & June", "Postcards", 2024),
        ("Starling", "Overnight", 2025),
        ("The Weekend Kids", "Sunroof", 2019),
    )),
}
# fmt: on

FIRST_WORDS = (
    "Paper", "Slow", "Northern", "Golden", "Broken", "Electric", "Quiet", "Summer", "Winter", "Last", "Glass", "Hidden", "Silver",
    "Early", "Distant", "Open", "Wild", "Little", "Blue", "Hollow", "Velvet", "Second", "Lonely", "Burning", "Secret", "Wooden",
)  # fmt: skip
SECOND_WORDS = (
    "Lanterns", "Tide", "Rooms", "Avenue", "Thunder", "Letters", "Gardens", "Machine", "Harbour", "Promise", "Window", "Railway",
    "Sparrow", "Morning", "Echo", "Carousel", "Shadows", "Summit", "River", "Season", "Mirror", "Compass", "Island", "Parade",
)  # fmt: skip
TRACKS_PER_ALBUM = 9
