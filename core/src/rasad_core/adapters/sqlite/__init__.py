"""Event log, article index and store in one SQLite file."""
