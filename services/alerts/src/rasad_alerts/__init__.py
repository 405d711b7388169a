"""Matches enriched articles against armed alerts."""
