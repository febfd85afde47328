"""What is said about metrics and protocols."""

SENTENCES = {
    "error.report_rows": "A report has {per_user} rows of values and {lists} lists.",
    "error.report_rows.hint": "This is a defect; please report it.",
}
