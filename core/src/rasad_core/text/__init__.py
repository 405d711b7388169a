"""The analysis chain: one implementation for queries, indexes and every stage."""
