"""Names of models and what is said about them."""

SENTENCES = {
    "popularity": "Popularity",
    "recent_popularity": "Recent popularity",
    "markov": "Markov chain",
    "cooccurrence": "Co-occurrence in order",
    "item_knn": "Item neighbours",
    "gru": "GRU network",
    "error.unknown_model": "“{found}” is no known model; known are {known}.",
    "error.unknown_model.hint": "Choose one of these names.",
}
