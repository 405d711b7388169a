"""The schema's history: version N of the file is the first N migrations, in order.

A released migration never changes; a change of the schema is a new entry at the end.
"""

from rasad_core.adapters.sqlite import index, log, store

MIGRATIONS: tuple[str, ...] = (log.SCHEMA + store.SCHEMA + index.SCHEMA,)
