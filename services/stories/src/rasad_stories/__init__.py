"""Sequences articles into revisions and groups copies into stories."""
