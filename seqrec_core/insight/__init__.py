"""What mined patterns and transitions say: what differs, what is unusual, what is more than chance."""
