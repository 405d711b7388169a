"""The tables of the file, and their history: version N is the first N migrations, in order.

A released migration never changes; a change of the schema is a new entry at the end.
"""

from rasad_core.adapters.sqlite.streams import COLUMNS, TOKEN_SIGNS

# Read and written by `log.py`.
_LOG = """
CREATE TABLE log_messages (
    position INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    offset INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    headers BLOB NOT NULL,
    at_us INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_by_offset ON log_messages (topic, offset, at_us);
CREATE INDEX log_by_key ON log_messages (topic, key) WHERE topic = 'stories.state';
CREATE TABLE log_ends (topic TEXT PRIMARY KEY, next_offset INTEGER NOT NULL) STRICT;
CREATE TABLE log_groups (
    consumer_group TEXT NOT NULL,
    topic TEXT NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic)
) STRICT, WITHOUT ROWID;
"""
# Read and written by `store.py`.
_STORE = """
CREATE TABLE store_documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    team_id TEXT,
    PRIMARY KEY (kind, key)
) STRICT;
CREATE TABLE store_deleted (kind TEXT PRIMARY KEY, highest_version INTEGER NOT NULL) STRICT;
"""
_SIGNS = TOKEN_SIGNS.replace("'", "''''").replace('"', '""')
# Read by `index.py` and `selecting.py`, written by `writing.py`.
_INDEX = f"""
CREATE VIRTUAL TABLE index_words USING fts5(
    {", ".join(COLUMNS)}, tokenize="ascii tokenchars '{_SIGNS}'"
);
CREATE TABLE index_articles (
    article_id TEXT PRIMARY KEY,
    place INTEGER UNIQUE,
    content_seq INTEGER NOT NULL,
    story_seq INTEGER NOT NULL,
    story_id TEXT NOT NULL,
    deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX index_by_story ON index_articles (story_id, place);
CREATE TABLE index_bodies (
    place INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL,
    published_us INTEGER NOT NULL,
    length INTEGER NOT NULL,
    lead INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE index_facets (
    field TEXT NOT NULL,
    place INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (field, place, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE index_terms (term TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""
# Of articles that an earlier program wrote there are none: they are analysed to be highlighted.
# Not a column of index_bodies, of which two rows fit a page so.
_OFFSETS = """
CREATE TABLE index_offsets (place INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
"""
# For `~word`: the words of each stem, unless a word is its own, and the languages there are, by
# their primary subtags. Words of an earlier program get their stems in every language of the file.
_STEMS = """
CREATE TABLE index_stems (
    language TEXT NOT NULL,
    stem TEXT NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (language, stem, term)
) STRICT, WITHOUT ROWID;
CREATE TABLE index_languages (language TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO index_languages
    SELECT DISTINCT stemmed_language(value) FROM index_facets
    WHERE field = 'lang' AND stemmed_language(value) != '';
INSERT INTO index_stems
    SELECT language, stem_of(term, language) AS stem, term
    FROM index_languages CROSS JOIN index_terms WHERE stem != term;
"""

MIGRATIONS: tuple[str, ...] = (_LOG + _STORE + _INDEX, _OFFSETS, _STEMS)
