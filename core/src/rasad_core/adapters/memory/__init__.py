"""Log, index and store in memory: for trying, for tests, and for commands that keep nothing."""
