"""The analysis chain: one implementation for queries, indexes and every stage.

What it makes of a text decides what is stored and found, so a change of any result is a new
`CHAIN_VERSION`, and what was stored under the old one is analysed again.
"""

CHAIN_VERSION: str = "1"
