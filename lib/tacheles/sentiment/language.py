"""In which language a text is written: by the small words that every sentence has."""

from tacheles.sentiment.text import Text, grammar, valences

#: Languages with a word list of their own.
LANGUAGES = ("de", "en")


def spoken(text: Text) -> str:
    """
    The language of a text; empty if it cannot be told.

    Notes
    -----
    The language with the most of its small words wins; those of languages without a word list are
    known only so that their texts are not taken for another's. A text without any, like "Excellent
    tutorial!", is of the language whose list alone knows one of its words.
    """
    words = [word.lower() for word in text.words]
    known = {
        language: sum(word in small for word in words)
        for language, small in grammar()["known_by"].items()
    }
    known["de"] += any("ß" in word for word in words)
    likeliest = _most(known)
    if not any(known.values()):
        rated = {name: sum(word in valences(name) for word in words) for name in LANGUAGES}
        likeliest = _most(rated) if min(rated.values()) == 0 else ""
    return likeliest if likeliest in LANGUAGES else ""


def _most(counted: dict[str, int]) -> str:
    """The name with the highest count; empty if there are two of them."""
    highest = max(counted.values())
    names = [name for name, count in counted.items() if count == highest]
    return names[0] if len(names) == 1 else ""
