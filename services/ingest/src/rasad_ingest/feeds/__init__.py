"""Feeds: RSS 0.9x–2.0, Atom, RDF and JSON Feed to one model."""
