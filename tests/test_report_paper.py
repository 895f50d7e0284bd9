"""The report and the brief on paper: for everybody, to be kept, the same bytes, two pages."""

import re
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tacheles import charts, words, workbook
from tacheles.errors import TachelesError
from tacheles.quarter import last_quarters
from tacheles.report import page, paper, run

NAMES = ["report", "brief"]

#: Texts that mean something to Typst, to JSON or to a font.
HOSTILE = [
    "#panic()", '"quoted" \'twice\'', "C:\\new\\u{41}", "$x^2$ and $", "@someone", "<label>",
    "*stars*", "_under_", "`ticks`", "= heading", "- item", "// comment", "/* open", "] ) }",
    "a\nb", "~ -- ...", "\\", "https://example.org/#x",
]  # fmt: skip


def plot(title: str = "Half of them", **texts: str) -> charts.Chart:
    texts = {"subtitle": "Share of all.", "source": "Source: forum"} | texts
    return charts.Chart(lambda axes, width: axes.plot([0, 1], [0, 1]), title=title, **texts)


def made(*parts: str | words.Shown, name: str = "02-growth", line: words.Shown | None = None):
    """A page by hand: Markdown as text, outputs as what they show."""
    cells = [new_markdown_cell("# Does it grow?\n\nThe lead asks.")]
    for part in parts:
        if isinstance(part, str):
            cells.append(new_markdown_cell(part))
        else:
            cells.append(new_code_cell(outputs=[shown(part)]))
    line = line or words.BottomLine("It grew", ["By a half."], [])
    cells.append(new_code_cell(outputs=[shown(line)], metadata={"tags": ["bottom-line"]}))
    return page.read(name, new_notebook(cells=cells))


def shown(output: words.Shown):
    return new_output("display_data", data=output._repr_mimebundle_())


def printed(folder, *pages: page.Page, community: str = "Nordlicht") -> dict[str, PdfReader]:
    """The two papers of a community by hand."""
    settings = workbook.Settings(name=community)
    book = SimpleNamespace(settings=settings)
    paper.write([*pages], book, last_quarters("2026-Q3", 4), folder)
    return {name: PdfReader(folder / f"{name}.pdf") for name in NAMES}


def text(pdf: PdfReader) -> str:
    """All that is printed, without white space: where lines break does not matter."""
    return re.sub(r"\s", "", "".join(one.extract_text() for one in pdf.pages))


def without_space(said: str) -> str:
    return re.sub(r"\s", "", said)


def tags(pdf: PdfReader, node=None) -> list[DictionaryObject]:
    """The tags of a paper, in the order in which they are read aloud."""
    node = pdf.root_object["/StructTreeRoot"] if node is None else node.get_object()
    if isinstance(node, list):
        return [tag for child in node for tag in tags(pdf, child)]
    if not isinstance(node, dict) or "/K" not in node:
        return []
    return [node, *tags(pdf, node["/K"])]


def kinds(pdf: PdfReader) -> list[str]:
    return [tag["/S"] for tag in tags(pdf) if "/S" in tag]


def fonts(pdf: PdfReader) -> list[DictionaryObject]:
    """What the paper says of each font that it uses, in figures as well."""
    every = (pdf.get_object(number) for number in range(1, pdf.trailer["/Size"]))
    return [one for one in every if isinstance(one, dict) and one.get("/Type") == "/FontDescriptor"]


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The sample's default quarter: its page, its workbook, and a folder with the two papers."""
    folder = tmp_path_factory.mktemp("paper")
    book = workbook.open("bicycles-meta")
    words.use(book.settings.language)
    notebook = run.NOTEBOOKS / "02-growth.ipynb"
    given = {"community": "bicycles-meta", "data": str(workbook.DATA)}
    checked = run.checked_parameters([notebook], given)[notebook]
    read = page.read("02-growth", run.execute(notebook, checked, folder / "executed.ipynb"))
    paper.write([read], book, book.quarters(), folder)
    return SimpleNamespace(page=read, book=book, folder=folder)


@pytest.fixture(params=NAMES)
def pdf(sample, request):
    return PdfReader(sample.folder / f"{request.param}.pdf")


class TestSample:
    def test_the_brief_has_two_pages_at_most(self, sample):
        assert len(PdfReader(sample.folder / "brief.pdf").pages) <= 2

    def test_it_says_that_it_keeps_to_the_standards(self, pdf):
        said = pdf.root_object["/Metadata"].get_object().get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in said
        assert "<pdfuaid:part>1</pdfuaid:part>" in said

    def test_it_is_tagged_and_has_its_language_and_title(self, pdf):
        assert pdf.root_object["/MarkInfo"]["/Marked"]
        assert "en" == pdf.root_object["/Lang"]
        assert "Bicycles Meta Stack Exchange: Community report, July to September 2011" == (
            pdf.metadata.title
        )

    def test_every_figure_has_its_alt_text(self, sample, pdf):
        told = [
            fact["alt"]
            for section in sample.page.sections
            for fact in section.facts
            if fact["kind"] == "Chart" and fact["svg"]
        ]
        assert 7 == len(told)  # what this export cannot know is not drawn
        drawn = [str(tag["/Alt"]) for tag in tags(pdf) if tag.get("/S") == "/Figure"]
        is_brief = len(pdf.pages) == 2  # which draws as many as it has room for
        assert told[: len(drawn)] == drawn
        assert is_brief or len(told) == len(drawn)

    def test_every_font_is_embedded_and_of_the_house(self, pdf):
        names = {str(font["/FontName"]).partition("+")[2] for font in fonts(pdf)}
        assert {"TachelesSans-Regular", "TachelesSans-SemiBold", "TachelesSerif-SemiBold"} == names
        assert all({"/FontFile2", "/FontFile3"} & font.keys() for font in fonts(pdf))

    def test_it_tells_what_the_page_tells(self, sample):
        report = text(PdfReader(sample.folder / "report.pdf"))
        for section in sample.page.sections:
            assert without_space(section.question) in report
            for fact in section.facts:
                if fact["kind"] == "Text":
                    assert without_space(fact["said"]) in report
                elif fact["kind"] == "Table":
                    rows = [[fact["caption"]], fact["head"], *fact["rows"]]
                    assert all(without_space(cell) in report for row in rows for cell in row)

    def test_every_page_says_whose_it_is_and_which(self, pdf):
        for number, one in enumerate(pdf.pages, 1):
            said = one.extract_text()
            assert "Bicycles Meta Stack Exchange" in said
            assert "Community report, July to September 2011" in said
            assert f"Page {number} of {len(pdf.pages)}" in said

    def test_no_member_is_in_it(self, sample, pdf):
        ids = sample.book.records("members").member_id.execute()
        assert 311 == len(ids)
        said = text(pdf) + str(pdf.metadata)
        assert not [member for member in ids if member in said]

    def test_printed_twice_it_has_the_same_bytes(self, sample, tmp_path):
        paper.write([sample.page], sample.book, sample.book.quarters(), tmp_path)
        for name in NAMES:
            again = (tmp_path / f"{name}.pdf").read_bytes()
            assert (sample.folder / f"{name}.pdf").read_bytes() == again, name


class TestTexts:
    """Texts come from systems and people; none is ever read as markup."""

    @pytest.mark.parametrize("said", HOSTILE)
    def test_a_hostile_text_is_printed_as_it_is(self, tmp_path, said):
        card = words.Card(said, said, said, said, "bad")
        whole = made(
            f"## {said}\n\nWhat is counted.",
            plot(said, subtitle=said, source=said),
            words.Text(said),
            words.Table(said, [said, said], [[said, said]]),
            line=words.BottomLine(said, [said], [card]),
        )
        pdfs = printed(tmp_path, whole, community=said)
        assert text(pdfs["report"]).count(without_space(said)) >= 12
        assert said == pdfs["report"].metadata.author
        alts = [tag["/Alt"] for tag in tags(pdfs["report"]) if "/Alt" in tag]
        assert [f"{said}. {said}"] == alts

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("▲ 4 ▼", "▲4▼"),
            ("5\N{NARROW NO-BREAK SPACE}%", "5%"),
            ("Cafe\N{COMBINING ACUTE ACCENT}", "Café"),
            ("Łukasz Ελλάδα", "ŁukaszΕλλάδα"),
            ("party 🎉👩‍💻 over", "partyover"),
            ("中", "\N{REPLACEMENT CHARACTER}"),
            ("bell\x07\x00", "bell"),
        ],
    )  # fmt: skip
    def test_a_character_that_the_type_lacks_is_no_box(self, tmp_path, said, expected):
        whole = made("## Is it?", plot(said), line=words.BottomLine(said, [], []))
        for pdf in printed(tmp_path, whole).values():
            assert text(pdf).count(expected) >= 2

    def test_the_safe_part_of_markdown_is_printed(self, tmp_path):
        prose = (
            "## Is it?\n\nA *b* **c** `d#e` [f](https://example.org/ü?a=b#c) [g](javascript:x) "
            "[h](results.csv)\nnext\n\n- one\n- two\n  1. deep\n\n> said\n\n<script>x</script>"
        )
        report = printed(tmp_path, made(prose))["report"]
        assert "Abcd#efghnext" in text(report)
        assert "<script>x</script>" in text(report)
        assert 1 == kinds(report).count("/Em")
        assert 2 == kinds(report).count("/L")
        links = [note.get_object()["/A"] for one in report.pages for note in one["/Annots"]]
        assert ["https://example.org/%C3%BC?a=b#c"] == [link["/URI"] for link in links]

    @pytest.mark.parametrize(("language", "said"), [("en", "July"), ("de", "Juli")])
    def test_it_speaks_the_reports_language(self, tmp_path, language, said):
        words.use(language)
        for pdf in printed(tmp_path, made("## Is it?", plot())).values():
            assert language == pdf.root_object["/Lang"]
            assert said in text(pdf)


class TestReport:
    def test_every_notebook_is_a_chapter(self, tmp_path):
        both = made("## Is it?", plot()), made("## Was it?", plot(), name="03-measurement")
        report = printed(tmp_path, *both)["report"]
        chapters = [entry.title for entry in report.outline if not isinstance(entry, list)]
        assert ["It grew", "It grew"] == [title for title in chapters if title != "Contents"]
        assert "Contents" in text(report)

    def test_a_figure_leads_to_its_definition(self, tmp_path):
        report = printed(tmp_path, made("## Is it?\n\nWhat is counted.", plot()))["report"]
        notes = [note.get_object() for one in report.pages for note in one["/Annots"]]
        assert 2 == len(notes)
        assert all("/Dest" in note or "/D" in note["/A"] for note in notes)

    def test_a_long_table_repeats_its_head(self, tmp_path):
        table = words.Table("Many rows.", ["Quarter", "Value"], [["Q", "1"]] * 90)
        report = printed(tmp_path, made("## Is it?", table))["report"]
        assert 3 <= sum("Quarter" in one.extract_text() for one in report.pages)
        assert 1 == kinds(report).count("/THead")

    @pytest.mark.parametrize(
        "empty", [new_notebook(), new_notebook(cells=[new_markdown_cell("x")])]
    )
    def test_a_page_without_anything_is_no_failure(self, tmp_path, empty):
        assert 1 == len(printed(tmp_path, page.read("02-growth", empty))["brief"].pages)

    def test_numbers_are_set_to_the_right_and_words_to_the_left(self):
        rows = [["Q1", "93%", "Anna", "−3"], ["Q2", "— (too early)", "", ""]]
        table = {"head": ["", "", "", ""], "rows": rows}
        assert [False, True, False, True] == paper._number_columns(table)


class TestBrief:
    """Figures go before sentences, the last first; findings and what is asked for stay."""

    def brief(self, folder, figures: int, *more: str | words.Shown, said: int = 20) -> PdfReader:
        parts: list[str | words.Shown] = []
        for number in range(figures):
            parts += [
                f"## Q{number}?",
                plot(f"Finding {number}"),
                words.Text(f"S{number}. " * said),
            ]
        return printed(folder, made(*parts, *more, name="00-brief"))["brief"]

    def figures(self, brief: PdfReader) -> list[str]:
        return [tag["/Alt"].partition(".")[0] for tag in tags(brief) if tag.get("/S") == "/Figure"]

    def test_its_own_notebook_comes_first(self, tmp_path):
        own = made(
            "## Decided?\n\nTo stop it.", name="00-brief", line=words.BottomLine("B", [], [])
        )
        brief = printed(tmp_path, made("## Is it?", plot()), own)["brief"]
        assert "Tostopit" in text(brief)
        assert "Itgrew" not in text(brief)

    def test_without_one_the_findings_of_the_first_page_are_the_brief(self, tmp_path):
        brief = printed(tmp_path, made("## Is it?", plot(), "## What could be wrong?"))["brief"]
        assert ["Half of them"] == self.figures(brief)
        assert "wrong" not in text(brief)

    def test_what_fits_is_all_there(self, tmp_path):
        brief = self.brief(tmp_path, 6)
        assert 6 == len(self.figures(brief))
        assert "foundnoroom" not in text(brief)

    def test_the_last_figures_go_first_and_it_says_so(self, tmp_path):
        brief = self.brief(tmp_path, 12)
        assert 2 == len(brief.pages)
        drawn = self.figures(brief)
        assert 0 < len(drawn) < 12
        assert [f"Finding {number}" for number in range(len(drawn))] == drawn
        assert all(f"Finding{number}" in text(brief) for number in range(12))
        assert all(f"S{number}." in text(brief) for number in range(12))
        assert "Whatfoundnoroomhereisinthereport" in text(brief)

    def test_then_the_last_sentences_go(self, tmp_path):
        brief = self.brief(tmp_path, 10, said=400)
        assert 2 == len(brief.pages)
        assert [] == self.figures(brief)
        assert all(f"Finding{number}" in text(brief) for number in range(10))
        assert "S0." in text(brief)
        assert "S9." not in text(brief)

    def test_what_is_asked_for_is_never_left_out(self, tmp_path):
        asked = words.Table("Asked for.", ["What", "By"], [["Stop the thread", "now"]] * 30)
        brief = self.brief(tmp_path, 6, "## Decisions?", asked)
        assert 2 == len(brief.pages)
        assert 30 == text(brief).count("Stopthethread")

    def test_what_cannot_fit_is_refused(self, tmp_path):
        asked = words.Table("Asked for.", ["What", "By"], [["Stop the thread", "now"]] * 200)
        with pytest.raises(TachelesError, match="longer than 2 pages, even without its figures"):
            self.brief(tmp_path, 1, "## Decisions?", asked)
