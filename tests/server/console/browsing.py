"""The console without a browser: its pages as a tree that is asked for by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

CONSOLE = "/__admin/console"
KEY = ("x-api-key", "looply-key-northwind")
JSON = ("content-type", "application/json")
VOID = {"meta", "link", "input", "img", "br", "wbr", "option"}


class Element:
    """One tag of a page, its attributes and what is inside."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inside: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def text(self) -> str:
        """What a person reads of it, blanks as one."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for each in self.inside:
            if isinstance(each, str):
                yield each
            else:
                yield from each._texts()

    def walk(self) -> Iterator[Element]:
        yield self
        for each in self.inside:
            if isinstance(each, Element):
                yield from each.walk()

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every such tag below; `data_path` is the attribute `data-path`."""
        wanted = {name.replace("_", "-").strip("-"): each for name, each in attributes.items()}
        return [
            each
            for each in self.walk()
            if each.tag == tag and all(each.attributes.get(n) == v for n, v in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such tag."""
        (found,) = self.all(tag, **attributes)
        return found

    def rows(self) -> list[list[str]]:
        """The text of every cell of the tables' bodies."""
        return [
            [cell.text for cell in row.walk() if cell.tag in ("td", "th")]
            for body in self.all("tbody")
            for row in body.all("tr")
        ]


class _Reader(HTMLParser):
    """Refuses what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], [each.tag for each in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.open[-1].tag == "option":
            self.open.pop()
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in VOID or tag == "option":
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID and tag != "option":
            return
        if tag != "option" and self.open[-1].tag == "option":
            self.open.pop()
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parsed(answer: Answered) -> Element:
    """The page that came."""
    return _Reader(answer.body.decode()).root


class Browser:
    """A sandbox of its own, looked at through its console."""

    def __init__(self, **settings: Any) -> None:
        told = {"vendors": ("looply",), "clock": FROZEN, **settings}
        self.app = create_app(Settings(**told))
        self.process = InProcess(self.app)
        self.session = "default"

    def ask(
        self, path: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b""
    ) -> Answered:
        """One request below the console."""
        return self.process.ask(method, f"{CONSOLE}{path}", headers, body)

    def page(self, path: str, status: int = 200) -> Element:
        """A page of the session that is looked at."""
        answer = self.ask(f"/sessions/{self.session}{path}")
        assert answer.status == status, answer.body[-2000:]
        return parsed(answer)

    def admin(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """One call of the admin API below the session."""
        content = b"" if body is None else json.dumps(body).encode()
        target = f"/__admin/sessions/{self.session}{path}"
        answer = self.process.ask(method, target, (JSON,), content)
        assert answer.status == status, answer.body
        return json.loads(answer.body) if answer.body else None

    def start(self, session: Mapping[str, Any]) -> None:
        """Starts a session."""
        content = json.dumps(session).encode()
        assert self.process.ask("POST", "/__admin/sessions", (JSON,), content).status == 201

    def submit(self, form: Element, **typed: Any) -> Any:
        """Sends a form to the admin API as its script does; `typed` is the whole body."""
        body = form.attributes.get("data-body", json.dumps(typed)).encode()
        method = form["data-method"]
        headers = (JSON,) if method != "DELETE" else ()
        answer = self.process.ask(method, form["data-path"], headers, body if headers else b"")
        assert answer.status < 300, answer.body
        return json.loads(answer.body) if answer.body else None

    def call(self, method: str, path: str, body: Any = None) -> Answered:
        """One call of the vendor in the session."""
        content = b"" if body is None else json.dumps(body).encode()
        target = f"/~{self.session}/looply/v2/workflows{path}"
        return self.process.ask(method, target, (KEY, JSON), content)

    def resume(self, process: str = "order-1001") -> Answered:
        return self.call("POST", f"/resumeWorkflow/{process}", {"payload": {"source": "SAP"}})
