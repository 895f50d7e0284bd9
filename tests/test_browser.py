"""In a real browser: the page as its reader opens it, the notebook as an analyst runs it."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tacheles import ROOT
from tacheles.cli import LAB_PAGE
from tacheles.report import publish, run

NAMES = ("chromium", "google-chrome", "chromium-browser", "msedge")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium, Chrome or Edge: none is here"),
]
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


expect.set_options(timeout=30_000)  # a busy machine is no failure


@pytest.fixture(scope="module")
def browser():
    as_root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=[*QUIET, *as_root])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    notebooks = tmp_path_factory.mktemp("notebooks")
    for name in ("00-brief.ipynb", "02-growth.ipynb"):
        shutil.copy(ROOT / "notebooks" / name, notebooks)
    reports = tmp_path_factory.mktemp("reports")
    return publish.publish("bicycles-meta", reports=reports, notebooks=notebooks)


class TestPage:
    @pytest.mark.parametrize("name", ["index.html", "02-growth.html"])
    def test_it_asks_for_nothing_and_complains_of_nothing(self, browser, published, name):
        page, target = browser.new_page(), (published / name).as_uri()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(target)
        assert [target] == [url for url in asked if not url.startswith("data:")]
        assert [] == complaints
        page.close()

    def test_its_own_fonts_are_used(self, browser, published):
        page = browser.new_page()
        page.goto((published / "02-growth.html").as_uri())
        page.evaluate("document.fonts.ready")
        loaded = page.evaluate(
            "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
        )
        assert {"Tacheles Sans", "Tacheles Serif"} == {name.strip('"') for name in loaded}
        page.close()

    @pytest.mark.parametrize(
        ("width", "shown", "hidden"), [(1180, "wide", "narrow"), (380, "narrow", "wide")]
    )
    def test_a_phone_gets_figures_of_its_own(self, browser, published, width, shown, hidden):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((published / "02-growth.html").as_uri())
        assert page.locator(f"figure .{shown}").first.is_visible()
        assert not page.locator(f"figure .{hidden}").first.is_visible()
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0
        page.close()

    def test_headings_alone_tell_the_story(self, browser, published):
        page = browser.new_page()
        page.goto((published / "02-growth.html").as_uri())
        headings = page.locator("h1, h2").all_inner_texts()
        assert "rest on very few" in headings[0]
        for told in ("questions had an answer within 7 days", "members took part"):
            assert told in " ".join(headings[1:])
        page.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on this machine alone, with settings of its own, over a copy of the notebooks."""
    home = tmp_path_factory.mktemp("lab")
    notebooks = shutil.copytree(ROOT / "notebooks", home / "notebooks")
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", f"--IdentityProvider.token={token}", f"--notebook-dir={notebooks}"),
    ]
    url = f"http://127.0.0.1:{port}"
    with served(command, home, f"{url}/api?token={token}"):
        yield url, token, notebooks


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def served(command, home, address):
    """A server with folders of its own, from when it answers until it is no longer needed."""
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _attempt in range(180):
            try:
                urllib.request.urlopen(address, timeout=2)
                break
            except urllib.error.HTTPError:
                break  # an answer, if only that there is no such page
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def opened(browser, lab, name):
    """A page of JupyterLab with this notebook, its kernel ready."""
    url, token, _folder = lab
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{url}/lab/tree/{name}?token={token}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    return page


_RUNNING = (
    "[...document.querySelectorAll('.jp-InputPrompt')].some(it => it.textContent.includes('*'))"
)
_HAS_RUN = (
    "[...document.querySelectorAll('.jp-InputPrompt')].some(it => /[0-9]/.test(it.textContent))"
)
_HAS_BEGUN, _IS_THROUGH = f"() => {_RUNNING} || {_HAS_RUN}", f"() => !{_RUNNING}"


def run_all(page):
    """Run every cell, until the last one is through: a form has to wait for it."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(_HAS_BEGUN, timeout=60_000)
    page.wait_for_function(_IS_THROUGH, timeout=400_000)


def test_an_analyst_runs_the_notebook_in_jupyterlab(browser, lab):
    page = opened(browser, lab, "02-growth.ipynb")
    run_all(page)
    finding = page.locator(".jp-OutputArea h1", has_text="innerhalb von 7 Tagen eine Antwort")
    finding.wait_for(timeout=120_000)
    figure = page.locator(".jp-OutputArea figure").last
    figure.scroll_into_view_if_needed()
    assert figure.locator(".wide").is_visible()
    assert not figure.locator(".narrow").is_visible()
    complaints = ".jp-OutputArea [data-mime-type='application/vnd.jupyter.stderr']"
    assert 0 == page.locator(complaints).count()
    page.close()


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A copy of the sample under version control, in which every claim counts."""
    data = tmp_path_factory.mktemp("data")
    folder = shutil.copytree(ROOT / "data" / "nordlicht", data / "nordlicht")
    settings = folder / "community.toml"
    text = settings.read_text().replace("[privacy]", 'evidence_threshold = "F"\n\n[privacy]')
    settings.write_text(text)
    (folder / ".gitignore").write_text("records/\n.lock\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, *("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "As it was"))
    return folder


def git(folder, *words) -> str:
    command = ["git", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def with_parameters(lab, name, **given):
    """A notebook of the product with other values in its second cell, as an analyst writes them."""
    _url, _token, folder = lab
    notebook = nbformat.read(folder / name, as_version=4)
    lines = notebook.cells[1].source.splitlines()
    for place, line in enumerate(lines):
        parameter = line.partition(":")[0]
        if parameter in given:
            lines[place] = f"{line.partition(' = ')[0]} = {given[parameter]!r}  # given"
    notebook.cells[1].source = "\n".join(lines)
    changed = f"changed-{name}"
    nbformat.write(notebook, folder / changed)
    return changed


def grave(page, within):
    """What axe-core finds that is serious or worse."""
    found = Axe().run(page, context=within).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]


SERIOUS = ("serious", "critical")


def test_a_goal_is_changed_by_keyboard_and_the_next_run_reads_it(browser, lab, company, tmp_path):
    given = {"community": "nordlicht", "data": str(company.parent), "language": "en"}
    page = opened(browser, lab, with_parameters(lab, "01-foundation.ipynb", **given))
    run_all(page)
    form = page.get_by_role("group", name="Edit: Goals", exact=True)
    form.wait_for(timeout=240_000)
    target = form.get_by_label("Target value, G1", exact=True)
    target.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.81")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("31.02.2027")
    expect(form.get_by_text("not a date: this month has 28 days")).to_be_visible()
    save = form.get_by_role("button", name="Save")
    save.focus()
    page.keyboard.press("Enter")
    expect(form.get_by_label("Due on, G1", exact=True)).to_be_focused()
    assert "" == git(company, "diff")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("31.03.2027")
    expect(form.get_by_text("1 row unsaved")).to_be_visible()
    save.focus()
    page.keyboard.press("Enter")
    expect(form.get_by_text("Saved. The next run reads exactly this.")).to_be_visible()
    changed = [line for line in git(company, "diff", "-U0").splitlines() if line[0] in "+-"][2:]
    before, after = (line[1:].split(",") for line in changed)
    assert [("0.78", "0.81")] == [
        pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]
    ]
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    form.get_by_label("Need, G1", exact=True).focus()
    page.keyboard.press("x")  # no command of the notebook: it would cut the cell
    form.get_by_role("button", name="Undo").focus()
    page.keyboard.press("x")
    assert cells == page.locator(".jp-Notebook .jp-Cell").count()
    assert [] == grave(page, ".tacheles-form")
    page.close()
    notebook = run.NOTEBOOKS / "01-foundation.ipynb"
    checked = run.checked_parameters([notebook], given)[notebook]
    made = run.execute(notebook, checked, tmp_path / "out.ipynb")
    shown = [o for cell in made.cells for o in cell.get("outputs", []) if "data" in o]
    assert any("81%" in output.data.get("text/html", "") for output in shown)


def test_a_slider_moves_the_probability_and_a_scenario_is_kept(browser, lab, company):
    given = {"community": "nordlicht", "data": str(company.parent), "language": "en"}
    page = opened(browser, lab, with_parameters(lab, "04-roi.ipynb", **given))
    run_all(page)
    form = page.get_by_role("group", name="Try assumptions", exact=True)
    form.wait_for(timeout=400_000)
    row = form.get_by_role("row", name="Probability that it paid for itself").locator("td")
    slider = form.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    expect(row.first).to_have_text(re.compile(r"\d+%"))
    saved = row.first.text_content()
    assert saved == row.last.text_content()
    slider.focus()
    page.keyboard.press("Home")
    expect(row.last).not_to_have_text(saved)
    assert saved == row.first.text_content()
    form.get_by_label("Name").fill("cheaper tickets")
    form.get_by_role("button", name="Keep as scenario").click()
    expect(form.get_by_text("Kept as the scenario cheaper tickets")).to_be_visible()
    assert "cheaper tickets," in (company / "plans" / "scenarios.csv").read_text()
    assert "" == git(company, "diff", "--stat", "plans/assumptions.csv")
    assert [] == grave(page, ".tacheles-form")
    page.close()


def notebook_of(lab, name, *sources):
    _url, _token, folder = lab
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / name)
    return name


def test_publishing_leads_to_the_papers(browser, lab, tmp_path):
    code = (
        "from pathlib import Path\nfrom tacheles import forms, workbook\n"
        f"forms.publish(workbook.open('bicycles-meta'), reports=Path({str(tmp_path)!r}))"
    )
    page = opened(browser, lab, notebook_of(lab, "publish.ipynb", code))
    run_all(page)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("running: ").wait_for(timeout=120_000)
    link = page.get_by_role("link", name="Open the brief for the leadership (PDF)")
    link.wait_for(timeout=400_000)
    begins = "url => fetch(url).then(got => got.blob()).then(it => it.slice(0, 5).text())"
    assert "%PDF-" == page.evaluate(begins, link.get_attribute("href"))
    assert (tmp_path / "bicycles-meta").is_dir()
    assert [] == grave(page, ".tacheles-form")
    page.close()


def test_no_form_keeps_anybody_out(browser, lab, company):
    """The rules that axe-core knows; light and dark; in German."""
    code = (
        "from tacheles import forms, measurement, roi, words, workbook\n"
        f"book = workbook.open('nordlicht', data={str(company.parent)!r})\n"
        "words.use('de')\nquarters = book.quarters(last=4)\n"
        "tickets = measurement.tickets_to_label(book.tickets, book.labels, quarters)"
    )
    shown = (
        *("edit(book, 'initiatives')", "community(book)", "shared_kpi(book, roi.seal, quarters)"),
        *("overlap(book, roi.overlap_score, roi.rank_stability, quarters)", "label(book, tickets)"),
    )
    cells = [f"forms.{one}" for one in shown]
    page = opened(browser, lab, notebook_of(lab, "all.ipynb", code, *cells))
    run_all(page)
    for _theme in ("light", "dark"):
        for place in range(len(cells)):
            page.locator(".jp-Notebook .jp-Cell").nth(place + 1).scroll_into_view_if_needed()
            form = page.locator(".jp-Cell").nth(place + 1).locator(".tacheles-form")
            form.wait_for(timeout=120_000)
        assert [] == grave(page, ".tacheles-form")
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.close()


def test_tacheles_lab_opens_at_the_page_that_leads_on_and_nothing_pops_up(browser, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "tacheles", "lab", "--no-browser", f"--port={port}"]
    with served(command, tmp_path, f"http://127.0.0.1:{port}/api"):
        (facts,) = (tmp_path / "runtime").glob("jpserver-*.json")
        token = json.loads(facts.read_text())["token"]
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/?token={token}")
        heading = page.get_by_role("heading", name="Which notebook answers which question?")
        heading.wait_for(timeout=60_000)
        assert LAB_PAGE in page.url
        page.wait_for_timeout(2000)
        assert 0 == page.locator(".Toastify__toast").count()
        page.close()


def test_voila_serves_a_notebook_as_a_page_without_code(browser, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "voila", str(run.NOTEBOOKS / "01-foundation.ipynb")]
    command += ["--no-browser", f"--port={port}"]
    with served(command, tmp_path, f"http://127.0.0.1:{port}/nothing-is-here"):
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/", timeout=240_000)
        page.get_by_role("group", name="The community").wait_for(timeout=240_000)
        assert 0 == page.get_by_text("forms.community(book)").count()
        assert page.get_by_role("heading", name="Is the foundation laid?").is_visible()
        page.close()
