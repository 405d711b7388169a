"""The query language: one tree, one meaning."""
