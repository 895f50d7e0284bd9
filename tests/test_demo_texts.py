"""Texts that read as if people had written them: fitting, varied, and hard to judge, as in life."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from tacheles.demo import texts
from tacheles.demo.texts import (
    FEATURES,
    TICKET_CATEGORIES,
    with_subjects,
    with_titles,
    written,
)

KINDS = {
    *("question", "answer", "reply", "comment", "idea"),
    *("announcement", "article", "discussion", "ticket", "survey"),
}
OPENERS = ["question", "discussion", "idea", "announcement", "article"]
MOODS = ["negative", "neutral", "positive"]


def drawn(number: int, seed: int = 1) -> tuple[np.random.Generator, Callable]:
    """A generator, and a drawer of so many names."""
    rng = np.random.default_rng(seed)
    return rng, lambda names: [names[at] for at in rng.integers(0, len(names), number)]


def some_tickets(number: int, language: str = "de", seed: int = 1, category: str = "") -> list[str]:
    rng, draw = drawn(number, seed)
    categories = draw([category] if category else TICKET_CATEGORIES)
    return with_subjects(rng, categories, [language] * number, draw(MOODS), draw(FEATURES))[1]


def some(kind: str, language: str, mood: str, number: int = 200) -> list[str]:
    rng, draw = drawn(number)
    return written(rng, [kind] * number, [language] * number, [mood] * number, draw(FEATURES))


def pieces(lines: tuple) -> list:
    """All pieces of all lines, those of their subjects too."""
    flat = [piece for line in lines for piece in line]
    return flat + [one for piece in flat if isinstance(piece, texts.Subject) for one in piece]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_phrase_leads_to_words(language):
    """No symbol without lines, none that nobody can reach, no loop."""

    def follow(name: str, known: texts.Phrases, above: tuple[str, ...]) -> None:
        assert name not in above, above
        if name in reached:
            return
        reached.add(name)
        for piece in pieces(known[name]):
            if isinstance(piece, texts.Symbol):
                follow(piece[0], known, (*above, name))

    there, followed = set(), set()
    for feature in FEATURES:
        for category in TICKET_CATEGORIES:
            reached: set[str] = set()
            known = texts.phrases(language, feature, category)
            for root in (
                *({"subject"} & set(known)),
                *(f"{kind}.{mood}" for kind in KINDS for mood in MOODS),
                *(f"{kind}.title" for kind in OPENERS),
            ):
                follow(root, known, ())
            there |= set(known)
            followed |= reached
    assert there == followed


@pytest.mark.parametrize("language", ["de", "en"])
def test_there_are_hundreds_of_phrases(language):
    told = {
        line
        for feature in FEATURES
        for category in TICKET_CATEGORIES
        for lines in texts.phrases(language, feature, category).values()
        for line in lines
    }
    assert len(told) > 900


def test_the_same_generator_writes_the_same_texts_and_another_one_others():
    assert some_tickets(50) == some_tickets(50)
    assert some_tickets(50) != some_tickets(50, seed=2)


def test_each_list_is_as_long_as_what_was_asked_for():
    rng, draw = drawn(7)
    languages, features = ["de"] * 7, draw(FEATURES)
    assert 7 == len(written(rng, draw(sorted(KINDS)), languages, draw(MOODS), features))
    openers = with_titles(rng, draw(OPENERS), languages, draw(MOODS), features)
    assert [7, 7] == [len(part) for part in openers]
    assert ([], []) == with_subjects(rng, [], [], [], [])
    with pytest.raises(ValueError, match="longer"):
        written(rng, ["question", "question"], ["de"], ["neutral"] * 2, features[:2])


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_texts_are_whole_sentences_without_a_trace_of_how_they_were_made(kind, language):
    for mood in MOODS:
        for text in some(kind, language, mood):
            assert text == text.strip()
            assert not re.search(r"[{}¶#|]|  |\n | \n|\.\.|\?\.( |$)|\.!", text), text
            assert re.match(r"[\"„+(]?\w", text), text
            assert text[-1].isalnum() or text[-1] in ".!?…“\")'", text


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_tickets_of_a_week_are_the_same(language):
    """And hardly any two of a quarter."""
    made = some_tickets(2000, language)
    assert len(set(made[:200])) >= 199
    assert len(set(made)) > 0.97 * len(made)


@pytest.mark.parametrize("category", TICKET_CATEGORIES)
def test_even_within_a_category_tickets_differ(category):
    made = some_tickets(2000, "de", category=category)
    assert len(set(made)) > 0.9 * len(made)


def test_titles_and_posts_vary():
    rng, draw = drawn(2000)
    languages, features = draw(["de"] * 4 + ["en"]), draw(FEATURES)
    made, _texts = with_titles(rng, ["question"] * 2000, languages, draw(MOODS), features)
    assert len(set(made)) > 0.6 * len(made)
    for kind in ("question", "answer", "discussion", "idea", "article"):
        made = written(rng, [kind] * 2000, languages, draw(MOODS), features)
        assert len(set(made)) > 0.8 * len(made), kind


def test_a_subject_says_what_its_ticket_is_about():
    rng, draw = drawn(2000)
    about = [draw(names) for names in (["bug"], ["de"], MOODS, FEATURES)]
    pairs = list(zip(*with_subjects(rng, *about), strict=True))
    assert 2000 == len(pairs)
    messages = [(quoted(subject), quoted(text)) for subject, text in pairs]
    told = [(subject, text) for subject, text in messages if subject]
    assert len(told) > 50
    assert np.mean([subject <= text for subject, text in told]) > 0.97  # the rest are typos


def quoted(text: str) -> set[str]:
    return set(re.findall("„[^“]+“", text.lower()))


def test_an_invoice_charged_twice_is_not_called_a_new_address():
    rng = np.random.default_rng(2)
    about = (["billing"] * 500, ["de"] * 500, ["neutral"] * 500, ["Lager"] * 500)
    subject_of = {text: subject for subject, text in zip(*with_subjects(rng, *about), strict=True)}
    twice = {subject for text, subject in subject_of.items() if "doppelt abgebucht" in text}
    assert {"Rechnung doppelt"} == twice


def test_a_title_repeats_the_question():
    rng, draw = drawn(1000)
    about = [draw(names) for names in (["question"], ["en"], MOODS, FEATURES)]
    headed = list(zip(*with_titles(rng, *about), strict=True))
    asked = [(title[10:-1], text) for title, text in headed if title.startswith("How can I ")]
    assert len(asked) > 20
    assert np.mean([what.lower() in text.lower() for what, text in asked]) > 0.95


def test_some_are_a_line_and_some_are_a_page():
    lengths = np.array([len(text) for text in some_tickets(2000)])
    assert np.quantile(lengths, 0.05) < 90
    assert np.quantile(lengths, 0.95) > 220


def test_a_few_were_written_in_a_hurry():
    """All lower case, or umlauts spelled out, as people do on a telephone; but few."""
    made = some_tickets(3000)
    lower = np.mean([text == text.lower() for text in made])
    spelled_out = np.mean(["moechte" in text or "koenn" in text for text in made])
    assert 0.01 < lower < 0.1
    assert 0 < spelled_out < 0.05


@pytest.mark.parametrize(
    ("language", "own", "foreign"),
    [
        ("de", r"\b(ich|wir|der|die|das|ist|nicht|wie)\b", r"\b(the|is|we|how|and)\b"),
        ("en", r"\b(i|we|the|is|not|how|to)\b", r"\b(ich|wir|der|die|das|ist|nicht|und)\b"),
    ],
)
def test_a_text_is_in_its_language(language, own, foreign):
    made = some_tickets(1000, language)
    assert np.mean([bool(re.search(own, text.lower())) for text in made]) > 0.9
    assert [] == [text for text in made if re.search(foreign, text.lower())]


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("billing", r"rechnung|lizenz|gutschrift|preis|zahlung|bank|mahnung|schulung|bezahl"),
        ("outage", r"erreichbar|lädt|ausgefallen|hinein|seite|anmeldung|störung|503|zugriff|gehen"),
        ("account", r"passwort|zugang|konto|konten|einladung|faktor|adresse|administration|benutz"),
    ],
)
def test_a_ticket_is_about_its_category(category, words):
    made = some_tickets(1000, "de", category=category)
    assert np.mean([bool(re.search(words, text.lower())) for text in made]) > 0.97


def test_a_text_speaks_of_its_feature():
    """The calendar's tickets know appointments, the warehouse's know stock."""
    own = {"Kalender": r"kalender|termin|urlaub|feiertag|erinnerung|abgleich|zeitumstellung"}
    own["Lager"] = r"lager|material|bestand|inventur|artikel|bestell|seriennummer|scanner|preis"
    rng = np.random.default_rng(4)
    for feature, words in own.items():
        about = (["bug"] * 300, ["de"] * 300, draw_moods(rng, 300), [feature] * 300)
        _subjects, made = with_subjects(rng, *about)
        assert np.mean([bool(re.search(words, text.lower())) for text in made]) > 0.9


def draw_moods(rng: np.random.Generator, number: int) -> list[str]:
    return [MOODS[at] for at in rng.integers(0, 3, number)]


def test_without_a_feature_a_text_is_about_any():
    rng = np.random.default_rng(1)
    made = written(rng, ["announcement"] * 50, ["de"] * 50, ["neutral"] * 50, [None] * 50)
    assert len(set(made)) > 40


#: A handful of words that any list of moods has, to see that moods are in the words.
WORDS = {
    "de": (
        r"ärger|schlecht|schlimm|nerv|geduld|enttäusch|leider|zumutung|katastroph|unbrauchbar"
        r"|miserabel|mühsam|schade|langsam|inakzeptabel|umständlich|traurig|wütend|sauer|\bfehl",
        r"danke|super|klasse|prima|gefällt|toll|zufrieden|perfekt|lob|freut|freuen|gern|schnell"
        r"|gut\b|gute|hilfreich|freundlich|einwandfrei|tadellos|wunderbar|besser|erleichtert",
    ),
    "en": (
        r"annoy|bad\b|worse|terrible|disappoint|sadly|useless|disaster|poor|waste|angry|slow"
        r"|unacceptable|frustrat|ridiculous|broken|fail|painful|sorry|wrong|hate|problem|error",
        r"thank|great|love|happy|perfect|excellent|wonderful|like it|brilliant|good|enjoy|better"
        r"|compliment|help|charm|pleasure|well\b|works|easy|praise|friendly|glad",
    ),
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_moods_are_in_the_words_but_a_list_of_words_is_often_wrong(language):
    """Far better than chance, far from perfect: as word lists fare on real communities."""
    rng, draw = drawn(4000, seed=6)
    kinds = draw(
        [*["answer"] * 4, *["reply"] * 3, *["ticket"] * 3, "question", "comment", "survey"]
    )
    moods, features = draw(MOODS), draw(FEATURES)
    made = written(rng, kinds, [language] * 4000, moods, features)
    bad, good = (re.compile(words) for words in WORDS[language])
    found = [len(good.findall(text.lower())) - len(bad.findall(text.lower())) for text in made]
    said = [MOODS[np.sign(balance) + 1] for balance in found]
    right = np.mean([one == other for one, other in zip(said, moods, strict=True)])
    assert 0.5 < right < 0.85
    for mood in MOODS:
        among = [one for one, other in zip(said, moods, strict=True) if other == mood]
        assert among.count(mood) > 0.35 * len(among), mood
        assert among.count(mood) < 0.95 * len(among), mood


def test_no_person_and_no_company_is_named():
    for language in ("de", "en"):
        for text in some_tickets(2000, language, seed=8):
            assert not re.search(r"\b(herr|frau|mr|mrs|ms)\b|@|https?:|gmbh|\bag\b", text.lower())


def test_sixty_thousand_texts_take_seconds():
    """Counted in draws, not on the clock: the time follows from how much there is to say."""
    rng = np.random.default_rng(1)
    taken = 0

    class Counting:
        def integers(self, low: int, high: int, size: int) -> np.ndarray:
            nonlocal taken
            taken += size
            return rng.integers(low, high, size)

    written(Counting(), ["answer"] * 5000, ["de"] * 5000, draw_moods(rng, 5000), ["Lager"] * 5000)
    assert taken / 5000 < 25
