"""Names of models and what is said about them."""

SENTENCES = {
    "popularity": "Popularity",
    "recent_popularity": "Recent popularity",
    "markov": "Markov chain",
    "cooccurrence": "Co-occurrence in order",
    "item_knn": "Item neighbours",
    "session_knn": "Neighbours of the history",
    "rules": "Sequential rules",
    "gru": "GRU network",
    "lstm": "LSTM network",
    "sasrec": "Transformer (SASRec)",
    "hstu": "Transformer (HSTU)",
    "content": "Content of the items",
    "hybrid": "Hybrid of people, items and sequence",
    "part.people": "from people like you",
    "part.items": "similar to what you viewed",
    "part.content": "described like what you viewed",
    "part.sequence": "next in your sequence",
    "heads": "it has to divide the width, which is {width}",
    "error.unknown_model": "“{found}” is no known model; known are {known}.",
    "error.unknown_model.hint": "Choose one of these names.",
    "error.scores_shape": (
        "One history for each of {rows} rows of scores was expected, and fewer candidates than the {width} columns; "
        "found {histories} histories and {candidates} candidates."
    ),
    "error.scores_shape.hint": "Give the histories that were scored, and the number of items in the log.",
    "error.model_arrays": "The stored network does not fit its settings: {problem}.",
    "error.model_arrays.hint": "The run was made by another version or is damaged; train it again.",
}
