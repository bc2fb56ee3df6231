"""A project file as values, and each mistake in it with file, line, column and the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.folders import project_in
from understudy.errors import ScenarioError
from understudy.project.project import read

TOP = "understudy, scenario, vendor, clock, seed, world, rules, serve, behaviour, options"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_served_with_which_options(tmp_path: Path) -> None:
    project = read(
        project_in(
            tmp_path,
            "understudy: 1\nserve: { orders: ./orders.yaml, looply: }\n"
            "options: { port: 4011, cors: 'https://a.example', scenario: [mine.yaml, looply/x] }\n"
            "behaviour:\n  orders: { orders: { state: status } }\n",
        )
    )
    assert project.names == ("orders", "looply")
    assert project.sources == ("orders=orders.yaml", "looply")
    assert (project.documents, project.vendors) == ({"orders": "orders.yaml"}, ("looply",))
    assert project.options == {
        "port": 4011,
        "cors": "https://a.example",
        "scenario": ["mine.yaml", "looply/x"],
    }
    section = project.sections["orders"]
    assert section.value == {"orders": {"state": "status"}}
    assert section.where("/orders/state") == "understudy.yaml:5:23"


def test_files_are_beside_the_project(tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    file = project_in(
        tmp_path / "api",
        "understudy: 1\nserve: { orders: ./orders.yaml }\n"
        "options: { scenario: more.yaml, ready_file: ready.json }\n",
    )
    (tmp_path / "api" / "more.yaml").touch()
    project = read(file)
    assert project.documents == {"orders": "api/orders.yaml"}
    assert project.options == {"scenario": "api/more.yaml", "ready_file": "api/ready.json"}


MISTAKES = {
    "serv: {}": "2:1: `serv` is no key of a project. Did you mean `serve`? There are " + TOP,
    "steps: []": "2:1: `steps` is no key of a project. Steps and what checks them make a story: "
    "write it into a file beside this one. There are " + TOP,
    "serve: [orders]": "2:1: `serve` is a list. Write what is served, by name: "
    "`orders: ./openapi.yaml` is a document relative to this file, `looply:` a vendor that ships",
    "serve: { a b: x.yaml }": "2:1: `serve` has a name that is none. "
    "Names have letters, digits, - and _",
    "serve: { loopli: }": "2:10: no vendor `loopli` ships. Give it a document: "
    "`loopli: ./openapi.yaml`. Did you mean `looply`? There are cloudflare, hydracore, "
    "interactly, looply, refold",
    "serve: { looply: ./orders.yaml }": "2:10: the name `looply` is taken. "
    "Call the document otherwise, like my-looply",
    "serve: { orders: ./order.yaml }": "2:10: there is no file order.yaml. "
    "Did you mean `orders.yaml`? There are orders.yaml, understudy.yaml",
    "serve: { orders: 'https://a.example/b.yaml' }": "2:10: https://a.example/b.yaml is a URL. "
    "Download it and name the file",
    "serve: { orders: ./orders.yaml }\nbehaviour: { order: {} }": "3:14: no document `order` is "
    "served. Did you mean `orders`? There are orders",
    "serve: { looply: }\nbehaviour: { looply: {} }": "3:14: `looply` ships with a behaviour of "
    "its own. Behaviour is said of documents: remove it",
    "behaviour: { orders: {} }": "2:14: no document `orders` is served. "
    "Name its document in `serve` first",
    "options: { prot: 1 }": "2:12: `prot` is no key of the options. Did you mean `port`? "
    "There are port, host, scenario, journal, require_session, strict_names, keep_secrets, "
    "any_key, no_auth, stateless, cors, watch, log, ready_file, admin_token",
    "options: { port: 70000 }": "2:12: `port` is 70000. "
    "Write where to listen, 0 takes a free one: a whole number from 0 to 65535",
    "options: { any_key: maybe }": '2:12: `any_key` is "maybe". '
    "Write true or false: every key counts as the first credential",
    "serve: {": "3:1: this is no YAML: did not find expected node content. "
    "Check the indentation, the colons and the quotes around here",
    "serve: {}\nserve: {}": "3:1: `serve` stands here twice (first in line 2). Remove one",
}


@pytest.mark.parametrize("said", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, said: str) -> None:
    file = project_in(tmp_path, f"understudy: 1\n{said}\n")
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value) == f"understudy.yaml:{MISTAKES[said]}"
