"""In a real browser: the page as its reader opens it, the notebook as an analyst runs it."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

from tacheles import ROOT
from tacheles.report import publish

NAMES = ("chromium", "google-chrome", "chromium-browser", "msedge")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium, Chrome or Edge: none is here"),
]
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def browser():
    as_root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=[*QUIET, *as_root])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return publish.publish("bicycles-meta", reports=tmp_path_factory.mktemp("reports"))


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
        assert "so few people" in headings[0]
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", f"--IdentityProvider.token={token}", f"--notebook-dir={notebooks}"),
    ]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(120):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/api?token={token}", timeout=2)
                break
            time.sleep(0.5)
        yield url, token
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_an_analyst_runs_the_notebook_in_jupyterlab(browser, lab):
    url, token = lab
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{url}/lab/tree/02-growth.ipynb?token={token}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    finding = page.locator(".jp-OutputArea h1", has_text="innerhalb von 7 Tagen eine Antwort")
    finding.wait_for(timeout=120_000)
    figure = page.locator(".jp-OutputArea figure").last
    figure.scroll_into_view_if_needed()
    assert figure.locator(".wide").is_visible()
    assert not figure.locator(".narrow").is_visible()
    complaints = ".jp-OutputArea [data-mime-type='application/vnd.jupyter.stderr']"
    assert 0 == page.locator(complaints).count()
    page.close()
