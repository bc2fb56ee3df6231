"""Documents by file, name=file and folder, and the names they are served under."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.modeled.documents import document
from understudy.errors import InputError
from understudy.modeled.sources import is_document, load, read


def write(folder: Path, name: str, title: str = "Orders API") -> Path:
    value = document({"/orders": {"get": {"responses": {"200": {"description": "All"}}}}})
    value["info"]["title"] = title
    file = folder / name
    file.write_text(json.dumps(value))
    return file


def names(source: object, taken: Collection[str] = ()) -> list[str]:
    return [each.name for each in read(str(source), taken)]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Orders API", "orders"),
        ("Swagger Petstore - OpenAPI 3.0", "petstore"),
        ("The Public REST API of Ábaco", "abaco"),
        ("Warehouse of Northern Goods, Transport and Trade", "warehouse-northern-goods"),
        ("<script>alert(1)</script>", "script-alert-script"),
        ("../../etc", "etc"),
        ("API v2", "kept"),
        ("\x00", "kept"),
        ("Admin API", "admin-2"),
        ("Looply", "looply-2"),
    ],
)
def test_a_name_is_made_of_the_title(tmp_path: Path, title: str, name: str) -> None:
    assert names(write(tmp_path, "kept.json", title), ["looply"]) == [name]


def test_a_document_of_no_title_has_the_name_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "billing").mkdir()
    assert names(write(tmp_path / "billing", "openapi.json", "API")) == ["billing"]


def test_a_name_that_is_given_is_had(tmp_path: Path) -> None:
    file = write(tmp_path, "a.json")
    (made,) = load(f"shop_2={file}")
    assert (made.vendor.name, made.contract.title) == ("shop_2", "Orders API")


def test_a_folder_has_all_of_its_documents(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(tmp_path, name)
    (tmp_path / "schemas.yaml").write_text("Order: {type: object}\n")
    assert names(tmp_path) == ["orders", "orders-2"]
    assert names(tmp_path, ["orders"]) == ["orders-2", "orders-3"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("looply", "the name 'looply' is taken. Choose another, like my-looply"),
        ("__admin", "the name '__admin' is a word of the sandbox itself. Choose another, like my-"),
        ("a.b", "'a.b' is no name for a path. Use at most 40 of A-Z a-z 0-9 _ -, like a-b"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_with_a_better_one(
    tmp_path: Path, name: str, told: str
) -> None:
    file = write(tmp_path, "a.json")
    with pytest.raises(InputError) as refused:
        read(f"{name}={file}", ["looply"])
    assert str(refused.value).startswith(told)


def test_what_is_no_document_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    with pytest.raises(InputError, match="looks like a Compose file"):
        read(str(tmp_path / "compose.yaml"))
    with pytest.raises(InputError, match="holds no OpenAPI document"):
        read(str(tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        read(str(tmp_path / "nowhere.yaml"))
    with pytest.raises(InputError, match="is a URL, and nothing is fetched"):
        read("https://example.com/openapi.json")
    with pytest.raises(InputError, match=r"Write orders=openapi\.yaml"):
        read("orders=")


def test_no_name_before_the_sign_is_the_usual_one(tmp_path: Path) -> None:
    assert names(f"={write(tmp_path, 'a.json')}") == ["orders"]


def test_one_name_is_for_one_document(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(tmp_path, name)
    with pytest.raises(InputError, match=r"2 documents.*Name one of a\.json, b\.json"):
        read(f"orders={tmp_path}")


def test_a_word_is_a_document_or_a_vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "looply").mkdir()
    (tmp_path / "apis").mkdir()
    vendors = ("looply", "refold")
    assert [word for word in ("looply", "refold", "loply") if is_document(word, vendors)] == []
    words = ("apis", "orders.yaml", "./orders", "orders.JSON", "orders=x", "https://x/y")
    assert [word for word in words if not is_document(word, vendors)] == []


def test_to_ask_costs_nothing() -> None:
    asked = "import sys; from understudy.modeled.sources import is_document; is_document('looply');"
    told = f"{asked} print(sorted(each for each in sys.modules if 'understudy' in each))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    loaded = ("understudy", "understudy.errors", "understudy.modeled", "understudy.modeled.sources")
    assert done.stdout.strip() == str(sorted((*loaded, "understudy.resources")))
