"""Article index in SQLite."""

SCHEMA = ""
