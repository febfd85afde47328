"""Single words and short labels that several pages share."""

SENTENCES = {
    "language": "en",
    "left_before": "Left before",
    "other": "Other",
    "span": "{low} to {high}",
    "everyone": "Everyone",
    "sessions": "Sessions",
    "users": "Users",
    "raises": "raises",
    "lowers": "lowers",
}
