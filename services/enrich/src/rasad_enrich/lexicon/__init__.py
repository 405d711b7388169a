"""Words that say what an article is about, by language and topic; written for this project.

Each entry is a folded word, a beginning of words (`elect*`), or a phrase (`interest_rate`); `+`
before it doubles its weight. A word may stand under several topics.
"""
