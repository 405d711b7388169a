"""Words of wordfreq's lists, drawn with a seed: as a text has them, and as people ask for them."""

import random

import wordfreq

LANGUAGES = ("en", "fr", "ar", "tr")
# The share of long words that are asked for by their beginning.
WILDCARDS = 0.2


class Words:
    """Words of four languages."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.listed = {name: wordfreq.top_n_list(name, 40_000) for name in LANGUAGES}
        self.weights: dict[str, list[float]] = {}
        for name, listed in self.listed.items():
            total = 0.0
            self.weights[name] = [
                total := total + wordfreq.word_frequency(word, name) for word in listed
            ]

    def text(self, language: str, count: int) -> list[str]:
        """Draw words as often as they are used."""
        weights = self.weights[language]
        return self.random.choices(self.listed[language], cum_weights=weights, k=count)

    def asked(self, language: str, low: int, high: int) -> str:
        """Draw a word by its rank."""
        while True:
            word = self.listed[language][self.random.randrange(low, high)]
            # Nobody asks for short ones, nor for the English that every list has some of.
            if len(word) > 3 and word.isalpha() and word.isascii() <= (language != "ar"):
                break
        # Brands and topics as agencies write them: the beginning stands for the inflections.
        if len(word) > 6 and self.random.random() < WILDCARDS:
            return f"{word[:-1]}*"
        return word
