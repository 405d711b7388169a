"""From what came, as a file, a feed entry or a push, to `ArticleFetched` in the log."""
