"""A stored run as people take it away: its verdict, tables, Markdown, LaTeX, and one HTML page that needs no network."""
