"""Answers people and programs: search, alerts, sources, pages, the live stream."""
