"""A text into negative, neutral or positive, and a mean corrected for the error of the tool."""

import csv
import json
import math

import numpy as np
import pytest

from tacheles import sentiment
from tacheles.errors import TachelesError
from tacheles.sentiment import local_model, trained
from tacheles.sentiment.judgement import scored
from tacheles.sentiment.text import read, valences


class TestLabel:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Thanks, this works great!", "positive"),
            ("This is a terrible bug and I hate it.", "negative"),
            ("The setting is in the second menu.", "neutral"),
            ("Danke, das hat wunderbar geklappt!", "positive"),
            ("Der Export ist schrecklich und die Hotline war unfreundlich.", "negative"),
            ("Die Einstellung steht im zweiten Menü.", "neutral"),
        ],
    )
    def test_a_plain_text_in_either_language(self, text, expected):
        assert [expected] == sentiment.label([text]).tolist()

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Das ist gut.", "positive"),
            ("Das ist nicht gut.", "negative"),
            ("This is good.", "positive"),
            ("This isn't good.", "negative"),
            ("This is not a very good idea.", "negative"),
        ],
    )
    def test_a_negation_within_three_words_turns_a_word(self, text, expected):
        assert [expected] == sentiment.label([text]).tolist()

    @pytest.mark.parametrize(
        "form", ["schöne", "schönen", "schöner", "schönes", "schönste", "schöneren"]
    )
    def test_an_inflected_word_counts_like_its_stem(self, form):
        assert ["positive"] == sentiment.label([f"Das ist eine {form} Sache."]).tolist()

    def test_what_is_no_word_of_the_author_is_taken_out(self):
        """Code, links and names are full of words that mean nothing here."""
        text = "Siehe `catch(terrible_error)` unter https://example.com/hate bei @loser, das ist so"
        assert ["neutral"] == sentiment.label([text]).tolist()

    def test_an_emoticon_counts_in_every_language(self):
        assert ["positive", "negative"] == sentiment.label(
            ["Das ist jetzt da :-)", "That is what it does 😠"]
        ).tolist()

    @pytest.mark.parametrize(
        "text",
        [
            "Merci beaucoup, c'est une très bonne solution pour nous.",
            "Muchas gracias, esto es horrible pero funciona.",
            "Dit is niet goed, maar het werkt wel voor ons.",
            "Grazie, questo non è male per me.",
            "Bardzo dziękuję, to jest super.",
            "XK-200 rev7",
            "",
            None,
        ],
    )
    def test_another_language_or_no_words_is_never_scored(self, text):
        """The wrong list would answer, and be wrong."""
        assert ["not_applicable"] == sentiment.label([text]).tolist()

    def test_a_language_that_is_named_is_believed(self):
        texts = ["hervorragend", "hervorragend"]
        assert ["positive", "neutral"] == sentiment.label(texts, ["de-AT", "en"]).tolist()
        assert ["not_applicable"] == sentiment.label(["Das ist gut."], "fr").tolist()

    def test_a_text_of_one_word_is_told_by_the_only_list_that_knows_it(self):
        assert ["positive", "positive"] == sentiment.label(["Hervorragend", "Excellent"]).tolist()

    def test_the_lists_carry_their_licences(self):
        for name, word in (("de", "hervorragend"), ("en", "excellent")):
            assert word in valences(name)
        assert "" not in read("  ").words


def labelled(path, delimiter, columns):
    with path.open(encoding="utf-8", errors="replace") as file:
        rows = list(csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL))
    return [tuple(row[i] for i in columns) for row in rows]


@pytest.fixture
def stack_overflow(exports):
    folder = exports / "sentiment_senti4sd"
    return {
        part: labelled(folder / f"{part}itemPOLARITY.csv", ";", (1, 2))
        for part in ("train3098", "test1326")
    }


class TestAgainstLabelledText:
    """The printed values: .737 and .62 of the same lists with other grammar."""

    def test_english(self, stack_overflow):
        truth, texts = map(np.array, zip(*stack_overflow["test1326"], strict=True))
        assert 0.737 <= sentiment.macro_f1(truth, sentiment.label(texts.tolist(), "en"))

    def test_german(self, exports):
        path = exports / "sentiment_potts" / "corpus_label_text.tsv"
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        truth, texts = map(np.array, zip(*(row for row in rows if row[0] != "mixed"), strict=True))
        assert 0.62 <= sentiment.macro_f1(truth, sentiment.label(texts.tolist(), "de"))

    def test_the_language_of_nearly_every_text_is_told(self, stack_overflow):
        texts = [text for _label, text in stack_overflow["test1326"]]
        assert 0.05 > np.mean(sentiment.label(texts) == "not_applicable")

    @pytest.mark.slow
    def test_trained_on_the_other_part(self, stack_overflow):
        pytest.importorskip("sklearn")
        truth, texts = zip(*stack_overflow["train3098"], strict=True)
        tool = trained.trained(texts, scored(texts, "en"), np.array(truth, object))
        truth, texts = zip(*stack_overflow["test1326"], strict=True)
        found = tool.label(texts, scored(texts, "en"))
        assert 0.83 <= sentiment.macro_f1(np.array(truth, object), found)


class TestCorrectedMean:
    def test_a_tool_without_error_leaves_its_own_mean(self):
        """Labels 1, 0, 1, 0 and the tool alike; of all eight texts the tool finds 6 in 8."""
        by_hand = np.array([1, 0, 1, 0])
        of_all = np.array([1, 0, 1, 0, 1, 1, 1, 1])
        found = sentiment.corrected_mean(by_hand, by_hand, of_all)

        # weight 1 / (1 + 4/8) = 2/3; 1/2 + 2/3 · (3/4 − 1/2)
        assert 2 / 3 == pytest.approx(found.weight)
        assert 2 / 3 == pytest.approx(found.value)
        # (1/3)² · (1/3) / 4 + (2/3)² · (3/16) / 8, and 2 · (2/3) · (1/3 · 1/3) / 8 they share
        assert 1 / 108 + 1 / 96 + 1 / 54 == pytest.approx(found.standard_error**2)

    def test_a_useless_tool_is_not_listened_to(self):
        by_hand = np.array([1, 0, 1, 0])
        found = sentiment.corrected_mean(by_hand, np.array([1, 1, 1, 1]), np.ones(100))

        assert 0 == found.weight
        assert 0.5 == found.value
        assert 1 / 12 == pytest.approx(found.standard_error**2)

    def test_its_interval_is_of_the_normal_distribution(self):
        low, high = sentiment.Corrected(0.1, 0.05, 1, 200).interval()
        assert (0.1 - 0.098, 0.1 + 0.098) == (
            pytest.approx(low, abs=1e-4),
            pytest.approx(high, abs=1e-4),
        )

    @pytest.mark.parametrize("error", [0.25, 0.6, 1.0])
    def test_the_interval_holds_the_mean_in_95_of_100_draws(self, error):
        """2,000 draws: 93 to 97 % is four standard errors either way."""
        rng = np.random.default_rng(5)
        truth = rng.choice([-1, 0, 1], 8000, p=[0.2, 0.5, 0.3])
        tool = np.where(rng.random(8000) < error, rng.choice([-1, -1, 0, 1], 8000), truth)
        held = 0
        for _ in range(2000):
            drawn = rng.choice(8000, 200, replace=False)
            low, high = sentiment.corrected_mean(truth[drawn], tool[drawn], tool).interval()
            held += low <= truth.mean() <= high
        assert 0.93 <= held / 2000 <= 0.97

    @pytest.mark.parametrize("texts", [220, 8000])
    def test_so_it_does_where_half_of_the_texts_are_labelled(self, texts):
        rng, held = np.random.default_rng(9), 0
        for _ in range(2000):
            truth = rng.choice([-1, 0, 1], texts, p=[0.2, 0.5, 0.3])
            tool = np.where(rng.random(texts) < 0.3, rng.choice([-1, 0, 1], texts), truth)
            low, high = sentiment.corrected_mean(truth[:110], tool[:110], tool).interval()
            held += low <= 0.1 <= high
        assert 0.93 <= held / 2000 <= 0.97

    def test_on_real_labels_it_holds_the_mean_as_often(self, stack_overflow):
        truth, texts = zip(*stack_overflow["train3098"], strict=True)
        numbers = np.array([sentiment.SENTIMENTS[one] for one in truth])
        said = sentiment.label(list(texts), "en")
        tool = np.array(
            [
                sentiment.SENTIMENTS[one]
                for one in np.where(said == sentiment.NOT_APPLICABLE, "neutral", said)
            ]
        )
        rng, held = np.random.default_rng(7), 0
        for _ in range(2000):
            drawn = rng.choice(len(numbers), 200)
            low, high = sentiment.corrected_mean(numbers[drawn], tool[drawn], tool).interval()
            held += low <= numbers.mean() <= high
        assert 0.93 <= held / 2000 <= 0.97


class TestAgreement:
    def test_beyond_chance(self):
        """Both say a in half of the cases, and agree in 3 of 4: (0.75 − 0.5) / 0.5."""
        one = np.array(["a", "a", "b", "b"])
        other = np.array(["a", "a", "b", "a"])
        kappa, standard_error = sentiment.agreement(one, other)

        # by chance: 1/2 · 3/4 + 1/2 · 1/4 = 1/2
        assert 0.5 == kappa
        assert math.sqrt(0.75 * 0.25 / 4) / 0.5 == pytest.approx(standard_error)

    def test_where_there_is_only_one_label_chance_explains_all(self):
        kappa, _standard_error = sentiment.agreement(np.array(["a", "a"]), np.array(["a", "a"]))
        assert math.isnan(kappa)


def test_macro_f1_counts_the_rare_as_much_as_the_common():
    """Common: 2·3/(3+4) = 6/7. Rare: never found."""
    truth = np.array(["neutral", "neutral", "neutral", "negative"])
    assert 3 / 7 == pytest.approx(sentiment.macro_f1(truth, np.array(["neutral"] * 4)))


def texts_of(kind: str, count: int) -> list[str]:
    """Texts whose mood no list knows: only labels can teach it."""
    spoken = {"positive": "Das läuft rund", "neutral": "Das steht dort", "negative": "Das ruckelt"}
    return [f"{spoken[kind]} wie in Fall {'abcdefghij'[i % 10]}." for i in range(count)]


class TestJudge:
    @pytest.fixture
    def community(self):
        """300 labelled texts and 30 without a label, in words of its own."""
        kinds = ("positive", "neutral", "negative")
        texts = [text for kind in kinds for text in texts_of(kind, 110)]
        by_hand = np.array([kind if i < 100 else "" for kind in kinds for i in range(110)], object)
        return texts, by_hand

    def test_without_labels_the_lists_judge(self):
        judged = sentiment.judge(["Das ist gut."], [""], np.array([""], object))
        assert ("word_list", ["positive"]) == (judged.tool, judged.labels.tolist())
        assert math.isnan(judged.macro_f1)

    def test_labels_of_ones_own_teach_a_tool_that_is_used_if_it_is_better(self, community):
        pytest.importorskip("sklearn")
        texts, by_hand = community
        judged = sentiment.judge(texts, [""] * len(texts), by_hand)
        assert "trained" == judged.tool
        assert 1 == judged.macro_f1
        kinds = np.repeat(["positive", "neutral", "negative"], 110)
        assert (kinds == judged.labels).all()

    def test_a_labelled_text_is_judged_without_its_own_label(self, community):
        """Labels drawn by lot teach nothing: out of fold a tool is no better than chance."""
        pytest.importorskip("sklearn")
        texts, by_hand = community
        lot = np.random.default_rng(1).permutation(by_hand[by_hand != ""])
        known = np.array(texts)[by_hand != ""].tolist()
        unseen = trained.out_of_fold(known, scored(known), lot)
        assert 0.45 > sentiment.macro_f1(lot, unseen)

    def test_without_the_extra_the_lists_stay(self, community, monkeypatch):
        texts, by_hand = community
        monkeypatch.setattr(trained, "can_train", lambda: False)
        judged = sentiment.judge(texts, [""] * len(texts), by_hand)
        assert "word_list" == judged.tool
        assert (judged.labels == judged.out_of_fold).all()

    def test_too_few_labels_train_nothing(self, community):
        texts, by_hand = community
        by_hand[60:] = ""
        assert "word_list" == sentiment.judge(texts, [""] * len(texts), by_hand).tool

    def test_no_tool_judges_a_language_that_nobody_knows(self, community):
        texts, by_hand = community
        french = "Merci beaucoup, c'est une très bonne solution."
        judged = sentiment.judge([*texts, french], [""] * 331, np.append(by_hand, ""))
        assert "not_applicable" == judged.labels[-1]


class TestLocalModel:
    @pytest.fixture
    def folder(self, tmp_path):
        """A model of a few hundred numbers, made here: what it says is settled, not learnt."""
        transformers = pytest.importorskip("transformers")
        pytest.importorskip("torch")
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gut", "schlecht"]
        (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
        transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
        config = transformers.BertConfig(
            vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
            intermediate_size=8, num_labels=3,
            id2label={0: "NEGATIVE", 1: "NEUTRAL", 2: "POSITIVE"},
        )  # fmt: skip
        model = transformers.BertForSequenceClassification(config)
        model.classifier.weight.data.zero_()
        model.classifier.bias.data[:] = model.classifier.bias.data.new_tensor([0, 0, 1])
        model.save_pretrained(tmp_path)
        return tmp_path

    def test_its_labels_are_ours(self, folder):
        model = sentiment.LocalModel(folder)
        assert ["positive", "positive"] == model.label(["gut", "schlecht"]).tolist()

    def test_it_is_used_whatever_the_lists_say(self, folder):
        model = sentiment.LocalModel(folder)
        texts = ["Das ist schlecht.", "Merci beaucoup pour votre aide."]
        judged = sentiment.judge(texts, ["", ""], np.array(["", ""], object), model)
        assert "local_model" == judged.tool
        assert ["positive", "not_applicable"] == judged.labels.tolist()

    def test_a_model_with_other_labels_is_refused(self, folder):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["id2label"] = {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        with pytest.raises(TachelesError, match="none of ours"):
            sentiment.LocalModel(folder)

    def test_an_empty_folder_is_refused(self, tmp_path):
        pytest.importorskip("transformers")
        with pytest.raises(TachelesError, match="no model in this folder"):
            sentiment.LocalModel(tmp_path)

    def test_without_the_extra_it_says_which_to_install(self, tmp_path, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "transformers", None)
        with pytest.raises(TachelesError, match="cannot be run"):
            local_model.LocalModel(tmp_path)
