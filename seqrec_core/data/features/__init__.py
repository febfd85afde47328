"""What is known of each user, item and session of a log, as columns: one table each, every column with its definition."""
