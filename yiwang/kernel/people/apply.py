"""Facts about people and teams, turned into rows."""
