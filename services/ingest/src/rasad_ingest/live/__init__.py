"""Reading addresses again and again: what is due, how often, how it went, and what was new."""
