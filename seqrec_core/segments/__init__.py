"""Named groups of sessions or users: a rule, a period, or given sessions."""
