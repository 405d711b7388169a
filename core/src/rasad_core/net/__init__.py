"""Rasad's way out: what may be reached, and the one client that reaches it."""
