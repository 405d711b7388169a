"""Queries of other systems, brought over to ours: one table a system, one reader for all."""
