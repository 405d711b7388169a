"""Reads files into `articles.raw`; fetching from the network will live beside it."""
