"""The console holds: policy, assets, hostile content, login, and who may change something."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from tests.server.console.browsing import CONSOLE, JSON, Browser, parsed
from understudy.server.console.assets import FOLDER, assets
from understudy.server.console.rendering import FOLDER as TEMPLATES

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"\"><img src=x onerror=alert(1)>{SCRIPT}'`{{{{7*7}}}}"


def test_a_page_loads_only_what_is_ours(browser: Browser) -> None:
    answer = browser.ask(f"/sessions/{browser.session}/calls")
    policy = dict(answer.headers)["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert dict(answer.headers)["cache-control"] == "no-store"
    page = parsed(answer)
    loaded = [each["src"] for each in page.walk() if "src" in each.attributes]
    loaded += [each["href"] for each in page.all("link")]
    assert len(loaded) == 4
    for url in loaded:
        assert url.startswith(f"{CONSOLE}/assets/")
        asset = browser.process.ask("GET", url)
        assert asset.status == 200
        assert "immutable" in dict(asset.headers)["cache-control"]


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text()
        assert re.findall(r"\son[a-z]+=|style=|<style|javascript:|\|\s*safe\b", text) == [], file
        assert re.findall(r"<script(?! type=\"module\" src=)", text) == [], file


def test_scripts_import_only_what_there_is_and_write_no_markup() -> None:
    for name, content in assets().items():
        text = content.decode()
        assert set(re.findall(r"from \"\./([^\"]+)\"|import \"\./([^\"]+)\"", text)) <= {
            pair for each in assets() for pair in ((each, ""), ("", each))
        }
        assert "innerHTML" not in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", ""), name
    assert sorted(assets()) == sorted(each.name for each in FOLDER.iterdir())


def test_an_asset_of_another_version_is_none(browser: Browser) -> None:
    assert browser.ask("/assets/0123456789abcdef/console.css").status == 404
    assert browser.ask("/assets/../pages.py").status == 404


def test_what_a_client_sends_is_shown_as_text(browser: Browser) -> None:
    browser.process.ask(
        "POST",
        f"/~{browser.session}/looply/v2/workflows/resumeWorkflow/{quote(HOSTILE, safe='')}",
        (("x-api-key", HOSTILE), JSON, ("x-note", HOSTILE)),
        ('{"payload": {"source": "' + SCRIPT + '", "' + SCRIPT + '": 1}}').encode(),
    )
    browser.process.ask("GET", f"/~{browser.session}/{quote(HOSTILE, safe='')}")
    for path in ("/calls", "/calls/1", "/calls/2", "/sequence"):
        page = browser.page(path)
        assert [each["src"] for each in page.all("script")] == [
            each["src"] for each in page.all("script", type="module")
        ]
        assert len(page.all("script")) == 1, path
        assert len(page.all("img")) == 1, path
        assert not [n for each in page.walk() for n in each.attributes if n.startswith("on")]
    assert SCRIPT in browser.page("/calls/1").text


def test_a_story_and_a_rule_with_markup_are_shown_as_text(browser: Browser) -> None:
    rule = {
        "name": HOSTILE,
        "operation": "*",
        "reply": {"status": 500, "body": SCRIPT, "undocumented": True},
    }
    browser.admin("POST", "/rules", rule, 201)
    browser.resume()
    record = {"workflow": "approval", "process_id": SCRIPT, "state": "AWAITING_RESPONSE"}
    browser.admin("POST", "/records/looply/executions", record, 201)
    paths = ("/rules", "/rules/r1", "/calls/1", "/records/looply/executions", "/stories?save=yes")
    for path in paths:
        page = browser.page(path)
        assert (path, len(page.all("script"))) == (path, 1)
        assert SCRIPT in page.text, path


def test_a_name_in_the_address_is_shown_as_text(browser: Browser) -> None:
    for path in (f"/sessions/{quote(SCRIPT, safe='')}/calls", f"/{quote(SCRIPT, safe='')}"):
        page = parsed(browser.ask(path))
        assert page.all("script", src="") == []
        assert len(page.all("script")) == 1


def test_a_page_that_there_is_not_leads_on(browser: Browser) -> None:
    answer = browser.ask("/nowhere")
    assert answer.status == 404
    assert parsed(answer).one("a", class_="button")["href"].endswith("/calls")
    assert browser.ask("", method="GET").status == 303
    assert browser.ask("/sessions/default/calls", method="POST").status == 405
    assert browser.ask("/sessions/default/calls", method="HEAD").body == b""


@pytest.fixture(scope="module")
def guarded() -> Iterator[Browser]:
    browser = Browser(admin_token="sesame")
    yield browser
    browser.process.close()


def _login(guarded: Browser, token: str, onward: str = "") -> tuple[int, dict[str, str]]:
    body = urlencode({"token": token, "onward": onward}).encode()
    form = ("content-type", "application/x-www-form-urlencoded")
    answer = guarded.ask("/login", form, method="POST", body=body)
    return answer.status, dict(answer.headers)


def test_without_the_token_there_is_only_the_form(guarded: Browser) -> None:
    answer = guarded.ask("/sessions/default/calls?status=404")
    assert answer.status == 401
    page = parsed(answer)
    assert page.one("input", name="onward")["value"] == "/sessions/default/calls?status=404"
    assert guarded.ask("/sessions/nope/calls").status == 401, "it does not tell what there is"
    wrong, headers = _login(guarded, "sesamo")
    assert wrong == 401
    assert "set-cookie" not in headers


def test_with_the_token_the_browser_is_let_in(guarded: Browser) -> None:
    status, headers = _login(guarded, "sesame", "/sessions/default/clock?x=1")
    assert (status, headers["location"]) == (303, f"{CONSOLE}/sessions/default/clock?x=1")
    cookie, _, attributes = headers["set-cookie"].partition("; ")
    assert attributes == "Path=/__admin; Max-Age=2592000; HttpOnly; SameSite=Strict"
    assert "sesame" not in cookie
    assert guarded.ask("/sessions/default/calls", ("cookie", cookie)).status == 200
    assert guarded.ask("/sessions/default/calls", ("cookie", cookie + "0")).status == 401
    out = dict(guarded.ask("/logout", ("cookie", cookie), method="POST").headers)
    assert "Max-Age=0" in out["set-cookie"]


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example", "/sessions/x\r\nSet-Cookie: a=b", "/../x"]
)
def test_a_login_leads_nowhere_else(guarded: Browser, onward: str) -> None:
    assert _login(guarded, "sesame", onward)[1]["location"] == f"{CONSOLE}/sessions/default/calls"


def test_only_our_own_pages_change_something_with_the_cookie(guarded: Browser) -> None:
    cookie = _login(guarded, "sesame")[1]["set-cookie"].partition(";")[0]
    page = parsed(guarded.ask("/sessions/default/calls", ("cookie", cookie)))
    word = (page.one("body")["data-says"], page.one("body")["data-word"])

    def reset(*headers: tuple[str, str]) -> int:
        target = "/__admin/sessions/default/reset"
        everyone = (("cookie", cookie), ("host", "localhost:4010"), *headers)
        return guarded.process.ask("POST", target, everyone).status

    assert reset(word) == 200
    assert reset(word, ("origin", "http://localhost:4010")) == 200
    assert reset() == 401
    assert reset((word[0], "0" * 32)) == 401
    assert reset(word, ("origin", "http://localhost:3000")) == 401, "another page of this machine"
    assert reset(word, ("sec-fetch-site", "same-site")) == 401
    assert reset(("authorization", "Bearer sesame")) == 200


def test_serving_does_not_load_what_draws_pages() -> None:
    code = (
        "import sys; from understudy.client import create_app; create_app(None);"
        "print(sorted({'jinja2', 'markupsafe', 'understudy.server.console'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert told.stdout.decode().strip() == "[]"
