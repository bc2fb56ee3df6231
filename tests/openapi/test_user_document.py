"""A user's document: any version, any file below its folder, and warnings instead of refusals."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from understudy.errors import ContractError
from understudy.openapi.document_lines import located
from understudy.openapi.user_document import UserDocument, read_document
from understudy.resources import CACHE

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      responses:
        200:
          description: ok
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Order'}}
components:
  schemas:
    Order: {type: object, nullable: true, properties: {id: {type: string}}}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE, str(folder))
    return folder


def write(folder: Path, **files: Any) -> Path:
    """Files by name (`schemas__pet` is schemas/pet.yaml); the document is `main`."""
    for name, content in files.items():
        file = folder / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder / "main.yaml"


def read(folder: Path, **files: Any) -> UserDocument:
    return read_document(write(folder, **files))


def document(schemas: Any = None, **more: Any) -> dict[str, Any]:
    """A small one of 3.1."""
    return {
        "openapi": "3.1.0",
        "paths": {"/x": {}},
        "components": {"schemas": schemas or {}},
        **more,
    }


def told(made: UserDocument) -> list[tuple[str, str]]:
    return [(f"{each.file}#{each.pointer}", each.what) for each in made.warnings]


class TestVersions:
    def test_it_is_read_as_31(self, tmp_path: Path) -> None:
        made = read(tmp_path, main=SHOP)
        assert made.version == "3.0.3"
        assert made.value["openapi"] == "3.1.0"
        assert made.value["components"]["schemas"]["Order"]["type"] == ["object", "null"]
        assert made.warnings == ()
        assert made.files == (tmp_path / "main.yaml",)

    @pytest.mark.parametrize(
        "said", ["swagger: '2.0'", "swagger: 2.0", "openapi: 3.1.2", "openapi: 3"]
    )
    def test_each_that_is_read(self, tmp_path: Path, said: str) -> None:
        if said == "openapi: 3":
            with pytest.raises(ContractError, match=r"openapi 3\.0|nobody here reads"):
                read(tmp_path, main=f"{said}.7\npaths: {{/x: {{}}}}")
            return
        assert read(tmp_path, main=f"{said}\npaths: {{/x: {{}}}}").value["paths"] == {"/x": {}}

    def test_what_is_newer_is_read_with_a_warning(self, tmp_path: Path) -> None:
        made = read(tmp_path, main="openapi: 3.2.0\npaths: {/x: {}}")
        assert [each.pointer for each in made.warnings] == ["/openapi"]

    def test_info_servers_and_operation_ids_are_optional(self, tmp_path: Path) -> None:
        made = read(tmp_path, main="openapi: 3.1.0\npaths: {/x: {get: {responses: {}}}}")
        assert made.warnings == ()

    def test_without_an_operation_it_is_warned(self, tmp_path: Path) -> None:
        made = read(tmp_path, main="openapi: 3.1.0\ninfo: 7")
        assert told(made) == [
            ("main.yaml#/info", "info is no object and is passed over"),
            ("main.yaml#/paths", "there is no operation"),
        ]
        assert made.value["paths"] == {}

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("asyncapi: 3.0.0", "it looks like an AsyncAPI document"),
            ('{"info": {"_postman_id": "1"}, "item": []}', "it looks like a Postman collection"),
            ('{"log": {"entries": []}}', "it looks like a HAR recording"),
            ("understudy: 1", "it looks like an Understudy scenario"),
            ("<!DOCTYPE html><p>", "it looks like a page of HTML"),
            ("<definitions/>", "it looks like XML"),
            ("paths: {}", "openapi is missing"),
            ("a: 1\nb: 2", "its keys are a, b"),
            ("[1]", "it holds a list"),
            ("just words", "it holds plain text"),
            ("", "it holds nothing"),
            ("{}", "it is empty"),
            ("openapi: 4.0.0", "this is openapi 4.0.0, which nobody here reads"),
            ("swagger: '1.2'", "this is swagger 1.2, which nobody here reads"),
        ],
    )
    def test_what_is_none_is_refused_in_one_line(
        self, tmp_path: Path, text: str, what: str
    ) -> None:
        with pytest.raises(ContractError) as refused:
            read(tmp_path, main=text)
        line = str(refused.value)
        assert what in line
        assert line.startswith(str(tmp_path / "main.yaml"))
        assert "openapi: 3.1.0" in line
        assert "\n" not in line


class TestFiles:
    def test_a_schema_of_another_file_is_a_component_once(self, tmp_path: Path) -> None:
        order = {"$ref": "schemas/order.yaml"}
        made = read(
            tmp_path,
            main=document({"A": {"items": order}, "B": {"not": order}}),
            schemas__order={"properties": {"next": {"$ref": "order.yaml"}, "of": {"$ref": "#/x"}}}
            | {"x": {"type": "string"}},
        )
        assert made.warnings == ()
        assert made.value["components"]["schemas"] == {
            "A": {"items": {"$ref": "#/components/schemas/order"}},
            "B": {"not": {"$ref": "#/components/schemas/order"}},
            "order": {
                "properties": {
                    "next": {"$ref": "#/components/schemas/order"},
                    "of": {"$ref": "#/components/schemas/x"},
                },
                "x": {"type": "string"},
            },
            "x": {"type": "string"},
        }
        assert made.files == (tmp_path / "main.yaml", tmp_path / "schemas" / "order.yaml")

    def test_a_name_that_is_taken_gets_a_number(self, tmp_path: Path) -> None:
        made = read(
            tmp_path, main=document({"A": {"$ref": "b.yaml#/A"}}), b={"A": {"minLength": 1}}
        )
        assert made.value["components"]["schemas"] == {
            "A": {"$ref": "#/components/schemas/A_2"},
            "A_2": {"minLength": 1},
        }

    def test_paths_and_operations_in_files(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main={"openapi": "3.1.0", "paths": {"$ref": "paths/all.yaml"}},
            paths__all={"/x": {"$ref": "x.yaml"}},
            paths__x={"get": {"responses": {"200": {"$ref": "../ok.yaml#/Ok"}}}},
            ok={"Ok": {"description": "ok"}},
        )
        assert made.warnings == ()
        assert made.value["paths"] == {"/x": {"$ref": "#/components/pathItems/x"}}
        assert made.value["components"] == {
            "pathItems": {
                "x": {"get": {"responses": {"200": {"$ref": "#/components/responses/Ok"}}}}
            },
            "responses": {"Ok": {"description": "ok"}},
        }

    def test_an_example_in_a_file_is_its_value(self, tmp_path: Path) -> None:
        content = {"a/b": {"examples": {"one": {"$ref": "one.yaml"}}}}
        made = read(
            tmp_path,
            main=document(paths={"/x": {"get": {"responses": {"200": {"content": content}}}}}),
            one={"id": 1},
        )
        assert made.value["components"]["examples"] == {"one": {"value": {"id": 1}}}

    @pytest.mark.parametrize(
        ("ref", "why"),
        [
            ("../outside.yaml", "leaves the document's folder"),
            ("/etc/passwd", "leaves the document's folder"),
            ("link.yaml", "leaves the document's folder"),
            ("%2e%2e/outside.yaml", "leaves the document's folder"),
            ("a\0b.yaml", "names no file"),
            ("http://127.0.0.1:1/x", "is on the network, which is never asked"),
            ("//host/x", "is on the network, which is never asked"),
            ("file:///etc/passwd", "is on the network, which is never asked"),
            ("none.yaml", "names a file that cannot be read: No such file or directory"),
            ("folder", "names a file that is a folder"),
            ("broken.yaml", "names a file that is no JSON: Expecting property name"),
            ("#/components/schemas/Nobody", "points to nothing"),
            ("#/components/schemas/A/enum/7", "points to nothing"),
            ("#Anchor", "is no JSON pointer"),
            ("#/components/schemas/C1", "runs in a circle"),
        ],
    )
    def test_what_leads_nowhere_is_a_warning(self, tmp_path: Path, ref: str, why: str) -> None:
        folder = tmp_path / "api"
        (folder / "folder").mkdir(parents=True)
        (tmp_path / "outside.yaml").write_text("{}")
        (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
        circle = {
            "C1": {"$ref": "#/components/schemas/C2"},
            "C2": {"$ref": "#/components/schemas/C1"},
        }
        schemas = {"A": {"enum": [1]}, "S": {"$ref": ref}, **(circle if "C1" in ref else {})}
        made = read(folder, main=document(schemas), broken="{")
        where, what = told(made)[0]
        assert where == "main.yaml#/components/schemas/S/$ref"
        assert why in what
        assert made.value["components"]["schemas"]["S"] == {"$ref": ref}

    def test_an_answer_that_leads_nowhere_costs_only_itself(self, tmp_path: Path) -> None:
        responses = {"200": {"description": "ok"}, "400": {"$ref": "#/components/responses/No"}}
        made = read(tmp_path, main=document(paths={"/x": {"get": {"responses": responses}}}))
        assert made.value["paths"]["/x"]["get"]["responses"] == {"200": {"description": "ok"}}
        assert [where for where, _ in told(made)] == ["main.yaml#/paths/~1x/get/responses/400/$ref"]

    def test_a_place_in_another_file_is_told(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main=document({"A": {"$ref": "b.yaml#/B"}}),
            b={"B": {"type": "strin", "properties": {"c": {"$ref": "#/C"}}}},
        )
        assert [where for where, _ in told(made)] == [
            "b.yaml#/B/properties/c/$ref",
            "b.yaml#/B/type",
        ]


class TestReferences:
    def test_into_anything_makes_a_component(self, tmp_path: Path) -> None:
        paths = {
            "/x": {
                "parameters": [{"$ref": "#/components/parameters/P"}],
                "get": {
                    "responses": {"200": {"content": {"a/b": {"schema": {"type": "integer"}}}}}
                },
            }
        }
        refs = (
            "#/components/parameters/P/schema",
            "#/components/schemas/A/properties/b",
            "#/paths/~1x/get/responses/200/content/a~1b/schema",
        )
        made = read(
            tmp_path,
            main={
                "openapi": "3.1.0",
                "paths": paths,
                "components": {
                    "parameters": {"P": {"name": "p", "in": "query", "schema": {"type": "string"}}},
                    "schemas": {
                        "A": {"properties": {"b": {"items": {"$ref": refs[1]}}}},
                        "All": {"allOf": [{"$ref": ref} for ref in refs]},
                    },
                },
            },
        )
        schemas = made.value["components"]["schemas"]
        names = [
            each["$ref"].removeprefix("#/components/schemas/") for each in schemas["All"]["allOf"]
        ]
        assert [schemas[name] for name in names] == [
            {"type": "string"},
            {"items": {"$ref": "#/components/schemas/A.b"}},
            {"type": "integer"},
        ]

    def test_names_that_no_pointer_holds_are_made_plain(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main=document(
                {
                    "List<Pet>": {"items": {"$ref": "#/components/schemas/my~1pet"}},
                    "my/pet": {
                        "oneOf": [{"$ref": "#/components/schemas/List%3CPet%3E"}],
                        "discriminator": {
                            "propertyName": "k",
                            "mapping": {"l": "#/components/schemas/List%3CPet%3E", "p": "Plain"},
                        },
                    },
                }
            ),
        )
        assert made.value["components"]["schemas"] == {
            "List_Pet": {"items": {"$ref": "#/components/schemas/my_pet"}},
            "my_pet": {
                "oneOf": [{"$ref": "#/components/schemas/List_Pet"}],
                "discriminator": {
                    "propertyName": "k",
                    "mapping": {"l": "#/components/schemas/List_Pet", "p": "Plain"},
                },
            },
        }

    def test_of_20_are_followed_before_they_move(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main={
                "swagger": "2.0",
                "paths": {"/x": {}},
                "definitions": {
                    "A": {"$ref": "a.yaml"},
                    "B": {"items": {"$ref": "#/definitions/A"}},
                },
            },
            a={"type": "string", "x-nullable": True},
        )
        assert made.value["components"]["schemas"] == {
            "A": {"$ref": "#/components/schemas/a"},
            "B": {"items": {"$ref": "#/components/schemas/A"}},
            "a": {"type": ["string", "null"]},
        }

    def test_a_map_of_names_in_a_circle_ends(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main=document({"A": {"properties": {"$ref": "#/components/schemas/A/properties"}}}),
        )
        assert "runs in a circle" in told(made)[0][1]

    def test_data_holds_none(self, tmp_path: Path) -> None:
        data = {"$ref": "#/nowhere"}
        made = read(
            tmp_path,
            main=document({"A": {"default": data, "enum": [data], "const": data, "x-a": data}}),
        )
        assert made.warnings == ()


class TestSchemas:
    def test_a_broken_keyword_costs_itself(self, tmp_path: Path) -> None:
        made = read(
            tmp_path,
            main=document(
                {
                    "A": {"type": "strin", "minLength": "3", "maxLength": 5},
                    "B": {"properties": {"a": "string", "b": {"items": 3}}},
                    "C": 7,
                    "D": {"allOf": [], "format": "anything"},
                }
            ),
        )
        assert made.value["components"]["schemas"] == {
            "A": {"maxLength": 5},
            "B": {"properties": {"a": {}, "b": {}}},
            "C": {},
            "D": {"format": "anything"},
        }
        assert sorted(where for where, _ in told(made)) == [
            f"main.yaml#/components/schemas/{place}"
            for place in (
                "A/minLength",
                "A/type",
                "B/properties/a",
                "B/properties/b/items",
                "C",
                "D/allOf",
            )
        ]

    def test_the_place_is_that_of_the_authors_version(self, tmp_path: Path) -> None:
        text = "{swagger: '2.0', paths: {/x: {}}, definitions: {A: {type: strin}}}"
        made = read(tmp_path, main=f"# {text}\n" + text[1:-1].replace(", ", "\n", 2))
        assert told(made)[0][0] == "main.yaml#/definitions/A/type"

    @pytest.mark.parametrize(
        ("said", "read_as"),
        [
            (r"^[\w-\.]+$", r"^[\w\-\.]+$"),
            (r"\Aab\Z", "^ab$"),
            ("{id}", r"\{id\}"),
            ("[^]", r"[\s\S]"),
            ("/^[a-z]+$/i", "^[a-z]+$"),
            ("^(?=a)a$", "^(?=a)a$"),
            ("[a-", None),
            ("((a{1,1000}){1,1000}){1,1000}", None),
            ("a" * 5_000, None),
            (5, None),
        ],
    )
    def test_patterns(self, tmp_path: Path, said: Any, read_as: str | None) -> None:
        made = read(tmp_path, main=document({"A": {"pattern": said}}))
        kept = made.value["components"]["schemas"]["A"]
        assert kept == ({} if read_as is None else {"pattern": read_as})
        assert len(made.warnings) == (read_as is None)


class TestLines:
    TWICE = "openapi: 3.1.0\npaths:\n  /x: {}\n  /y: {}\n  /x: {get: {}}\n"

    def test_a_key_that_stands_twice_in_yaml(self, tmp_path: Path) -> None:
        made = read(tmp_path, main=self.TWICE)
        (warning,) = made.warnings
        assert warning.where == "main.yaml:5"
        assert warning.what == "`/x` stands here twice (first in line 3)"
        assert made.value["paths"]["/x"] == {"get": {}}

    def test_a_key_that_stands_twice_in_json(self, tmp_path: Path) -> None:
        text = '{"openapi": "3.1.0",\n"paths": {"/x": {},\n"/x": {"get": {}}}}'
        made = read(tmp_path, main=text)
        (warning,) = made.warnings
        assert warning.where == "main.yaml:3"
        assert made.value["paths"]["/x"] == {"get": {}}

    def test_lines_are_found_when_asked_for(self, tmp_path: Path) -> None:
        text = (
            "openapi: 3.1.0\npaths: {/x: {}}\ncomponents:\n  schemas:\n    A:\n      type: strin\n"
        )
        made = read(
            tmp_path,
            main=f"{text}    B: {{$ref: b.yaml#/B}}",
            b="B:\n  type: object\n  minLength: x",
        )
        assert [each.line for each in made.warnings] == [None, None]
        assert [each.where for each in located(made)] == [
            "main.yaml:6#/components/schemas/A/type",
            "b.yaml:3#/B/minLength",
        ]
        (tmp_path / "b.yaml").unlink()
        assert [each.line for each in located(made)] == [6, None]


class TestCache:
    def test_the_second_time_nothing_is_parsed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = read(tmp_path, main=SHOP + "    Other: {$ref: other.yaml}", other={"type": "strin"})
        assert len(made.warnings) == 1
        monkeypatch.setattr("understudy.openapi.user_document.parse_text", pytest.fail)
        assert read_document(tmp_path / "main.yaml") == made

    def test_another_file_that_changed_is_read_again(self, tmp_path: Path) -> None:
        files = {"main": document({"A": {"$ref": "b.yaml"}})}
        read(tmp_path, **files, b={"type": "string"})
        made = read(tmp_path, **files, b={"type": "integer"})
        assert made.value["components"]["schemas"]["b"] == {"type": "integer"}
        (tmp_path / "b.yaml").unlink()
        assert len(read_document(tmp_path / "main.yaml").warnings) == 1

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"{}", b'{"value": 1}', b"\xff", b"[" * 100_000]
    )
    def test_one_that_is_wrong_heals(self, tmp_path: Path, cache: Path, content: bytes) -> None:
        made = read(tmp_path, main=SHOP)
        (kept,) = cache.iterdir()
        good = kept.read_bytes()
        kept.write_bytes(content)
        assert read_document(tmp_path / "main.yaml") == made
        assert kept.read_bytes() == good

    def test_a_kept_value_of_another_shape_heals(self, tmp_path: Path, cache: Path) -> None:
        from understudy.openapi.cache import keep, recall

        made = read(tmp_path, main=SHOP)
        (kept,) = cache.iterdir()
        stem, key = kept.stem.rsplit("-", 1)
        keep(stem, key, {"value": []})
        assert read_document(tmp_path / "main.yaml") == made
        assert recall(stem, key)["value"] == made.value


class TestHostile:
    def test_nesting(self, tmp_path: Path) -> None:
        schema: dict[str, Any] = {}
        for _ in range(300):
            schema = {"items": schema}
        with pytest.raises(ContractError, match="nested too deep"):
            read(tmp_path, main=document({"A": schema}))

    @pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "a: " + "[" * 600])
    def test_nesting_of_the_text(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ContractError, match=r"nested (too|more than 500 levels) deep"):
            read(tmp_path, main=text)

    def test_aliases_without_end(self, tmp_path: Path) -> None:
        lines = ["openapi: 3.1.0", "x0: &x0 [a]"]
        lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12)]
        with pytest.raises(ContractError, match="aliases"):
            read(tmp_path, main="\n".join(lines))

    @pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
    def test_schemas_that_double_with_each_step(self, tmp_path: Path, keyword: str) -> None:
        schemas: dict[str, Any] = {
            f"A{n}": {keyword: [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(60)
        }
        made = read(tmp_path, main=document({**schemas, "A60": {"type": "object"}}))
        kept = made.value["components"]["schemas"]
        assert told(made)[0][1] == "it grows without end; nothing is held against it"
        assert kept["A0"] == {}
        assert kept["A50"] == schemas["A50"]

    def test_a_chain_of_ten_thousand(self, tmp_path: Path) -> None:
        chain = {
            f"A{n}": {"items": {"$ref": f"#/components/schemas/A{n + 1}"}} for n in range(10_000)
        }
        made = read(tmp_path, main=document({**chain, "A10000": {}}))
        assert made.warnings == ()

    def test_twenty_thousand_operations(self, tmp_path: Path) -> None:
        get = {"get": {"responses": {"200": {"description": "ok"}}}}
        made = read(tmp_path, main=document(paths={f"/x{n}": get for n in range(20_000)}))
        assert len(made.value["paths"]) == 20_000

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "main.yaml")
        with pytest.raises(ContractError, match="is no regular file"):
            read_document(tmp_path / "main.yaml")

    def test_size_is_looked_at_before_reading(self, tmp_path: Path) -> None:
        with (tmp_path / "main.yaml").open("wb") as file:
            file.truncate(300 * 1024 * 1024)
        with pytest.raises(ContractError, match="is too large: 315 MB, at most 67 MB"):
            read_document(tmp_path / "main.yaml")

    def test_warnings_are_bounded(self, tmp_path: Path) -> None:
        schemas = {f"S{n}": {"$ref": "#/no"} for n in range(1_500)}
        made = read(tmp_path, main=document(schemas))
        assert len(made.warnings) == 1_001
        assert made.warnings[-1].what == "500 warnings more are not told"

    def test_names_are_told_in_one_plain_line(self, tmp_path: Path) -> None:
        made = read(tmp_path, main=document({"<script>\n\0": {"$ref": "#/\n<script>"}}))
        assert all(str(each).isprintable() for each in made.warnings)
