"""Writes enriched articles into the article index."""
