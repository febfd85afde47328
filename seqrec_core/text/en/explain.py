"""Sentences of explanations."""

SENTENCES = {
    "error.does_not_add_up": "The contributions miss the score {score:.4f} by {gap:.4f}.",
    "error.does_not_add_up.hint": "This is a defect of the explainer; please report the run and the item.",
}
