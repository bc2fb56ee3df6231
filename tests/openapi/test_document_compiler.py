"""Any document becomes a contract: named, routed and compiled when used, told where it is odd."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.deferred import Deferred
from understudy.openapi.document_compiler import broken
from understudy.openapi.operation import Contract, Match, Miss, Provenance

from .small_contracts import GOOD, parameter, users

TEXT = {"type": "string"}


def ids(contract: Contract) -> list[tuple[str, str | None]]:
    return [(each.id, each.vendor_id) for each in contract.operations.values()]


def compiled(contract: Contract) -> list[str]:
    """The operations that anybody has asked for."""
    found = [each for each in contract.operations.values() if isinstance(each, Deferred)]
    return [each.id for each in found if each.compiled]


def warned(contract: Contract) -> list[str]:
    return [f"{each.where}: {each.what}" for each in contract.warnings]


class TestNames:
    def test_an_operation_without_an_id_is_named_by_method_and_path(self) -> None:
        yard = users({"/pets/{petId}/toys": {"get": GOOD}, "/": {"get": GOOD}})
        assert ids(yard) == [("get_pets_petId_toys", None), ("get", None)]

    def test_an_id_that_is_no_identifier_has_an_alias_and_stays_known(self) -> None:
        yard = users({"/r": {"get": {"operationId": "repos/get", **GOOD}}})
        assert ids(yard) == [("repos_get", "repos/get")]
        for name in ("repos_get", "repos/get"):
            found = yard.named(name)
            assert found is not None
            assert found.id == "repos_get"
        assert yard.named("repos") is None

    def test_an_id_that_repeats_is_told_and_the_later_one_named_by_its_path(self) -> None:
        twice = {"operationId": "list", **GOOD}
        yard = users({"/a": {"get": twice}, "/b": {"get": twice}})
        assert ids(yard) == [("list", None), ("get_b", "list")]
        assert warned(yard) == [
            "yard.yaml#/paths/~1b/get/operationId: operationId list stands twice"
        ]

    def test_an_alias_gives_way_to_who_has_the_name(self) -> None:
        yard = users(
            {
                "/a": {"get": {"operationId": "pets/get", **GOOD}},
                "/b": {"get": {"operationId": "pets_get", **GOOD}},
                "/b/": {"get": GOOD},
                "/b#": {"get": GOOD},
            }
        )
        assert [name for name, _ in ids(yard)] == ["get_a", "pets_get", "get_b", "get_b_2"]

    @pytest.mark.parametrize("said", ["\0", "книга", "'; x", "<script>", "../..", "x" * 10_000])
    def test_no_name_is_dangerous(self, said: str) -> None:
        ((name, vendor_id),) = ids(users({"/a": {"get": {"operationId": said, **GOOD}}}))
        assert name.isidentifier()
        assert name.isascii()
        assert len(name) <= 120
        assert vendor_id == said


PETS = {
    "/pets": {"get": {"operationId": "listPets", **GOOD}},
    "/pets/{id}": {"get": {"operationId": "getPet", **GOOD}},
}


class TestWhenAskedFor:
    def test_only_what_is_called_is_compiled(self) -> None:
        yard = users(PETS)
        match = yard.find("GET", "/pets/7")
        assert isinstance(match, Match)
        assert (match.operation.id, match.operation.path) == ("getPet", "/pets/{id}")
        assert compiled(yard) == []
        assert [each.name for each in match.operation.parameters] == ["id"]
        assert compiled(yard) == ["getPet"]

    def test_all_it_says_is_documented(self) -> None:
        get = users(PETS).operations["getPet"]
        assert get.provenance == Provenance("documented", "the document")
        assert get.answers["OK"].provenance.kind == "documented"
        assert get.handled_by == "getPet"

    def test_what_is_no_field_is_no_attribute(self) -> None:
        with pytest.raises(AttributeError):
            # What no operation has is told as such, though its parts come when they are asked for.
            _ = users(PETS).operations["getPet"].nonsense  # type: ignore[attr-defined]


class TestBroken:
    def test_a_broken_part_costs_its_operation_alone(self) -> None:
        lost = {"$ref": "#/components/parameters/Lost"}
        yard = users(
            {
                "/a": {"get": {"parameters": [lost], **GOOD}},
                "/b": {"get": GOOD, "put": 7},
            }
        )
        reasons = broken(yard)
        assert [*reasons] == ["get_a", "put_b"]
        assert str(reasons["get_a"]) == (
            "yard.yaml#/paths/~1a/get/parameters/0: $ref #/components/parameters/Lost points to "
            "nothing. Declare it, or mend the name"
        )
        assert reasons["put_b"].what == "an object is wanted here"
        assert yard.operations["get_a"].parameters == ()
        assert yard.operations["get_a"].answers == {}
        assert isinstance(yard.find("GET", "/a"), Match)

    def test_a_circle_of_references_is_one_reason(self) -> None:
        circle = {"$ref": "#/components/requestBodies/A"}
        yard = users(
            {"/a": {"post": {"requestBody": circle, **GOOD}}},
            components={"requestBodies": {"A": circle}},
        )
        assert [each.what for each in broken(yard).values()] == ["$ref runs in a circle"]

    def test_a_broken_answer_is_left_out_and_told(self) -> None:
        lost = {"$ref": "#/components/responses/Lost"}
        yard = users({"/a": {"get": {"responses": {**GOOD["responses"], "404": lost}}}})
        assert broken(yard) == {}
        assert [*yard.operations["get_a"].answers] == ["OK"]
        assert warned(yard) == [
            "yard.yaml#/paths/~1a/get/responses/404: "
            "$ref #/components/responses/Lost points to nothing"
        ]

    def test_what_is_no_path_is_told(self) -> None:
        yard = users({"pets": {"get": GOOD}, "/a" * 101: {"get": GOOD}, "x-note": 1, "/b": None})
        assert yard.operations == {}
        assert [each.what for each in yard.warnings] == [
            "path 'pets' is no path",
            "a path of more than 100 segments",
            "an object is wanted here",
        ]

    def test_there_may_be_nothing_at_all(self) -> None:
        yard = users({})
        assert yard.find("GET", "/") == Miss(())
        assert (yard.servers, yard.base_path, yard.own) == (("/",), "", False)


class TestRouting:
    def match(self, method: str, path: str, *templates: str) -> Any:
        paths = {
            template: {"get": {"operationId": f"get{index}", **GOOD}}
            for index, template in enumerate(templates)
        }
        before, _, last = path.rpartition("/")
        found = users(paths).below(before).find(method, last)
        return (found.operation.id, found.values) if isinstance(found, Match) else found

    @pytest.mark.parametrize(
        ("template", "path", "values"),
        [
            ("/calls/{sid}.json", "/calls/C7.json", ("C7",)),
            ("/calls/{sid}.json", "/calls/a.b.json", ("a.b",)),
            ("/calls/{a}:{b}", "/calls/1:2", ("1", "2")),
            ("/calls/{a}:{b}", "/calls/1%3A2", ("1", "2")),
            ("/calls/{a}.{b}", "/calls/a.b.c", ("a.b", "c")),
            ("/calls/fixed.{format}", "/calls/fixed.xml", ("xml",)),
            ("/calls/{base}...{head}", "/calls/a...b", ("a", "b")),
            ("/calls/{id}:cancel/now", "/calls/7:cancel/now", ("7",)),
        ],
    )
    def test_segments_of_text_and_parameters(
        self, template: str, path: str, values: tuple[str, ...]
    ) -> None:
        assert self.match("GET", path, template) == ("get0", values)

    @pytest.mark.parametrize(
        "path", ["/calls/.json", "/calls/C7.xml", "/calls/C7", "/calls/C7.json/", "/calls/"]
    )
    def test_what_does_not_fit_them(self, path: str) -> None:
        assert self.match("GET", path, "/calls/{sid}.json") == Miss(())

    def test_the_most_text_is_tried_first(self) -> None:
        templates = ("/c/{id}", "/c/{id}.json", "/c/{id}.page.json", "/c/one.json")
        assert self.match("GET", "/c/7", *templates) == ("get0", ("7",))
        assert self.match("GET", "/c/7.json", *templates) == ("get1", ("7",))
        assert self.match("GET", "/c/7.page.json", *templates) == ("get2", ("7",))
        assert self.match("GET", "/c/one.json", *templates) == ("get3", ())

    def test_head_is_offered_wherever_get_is(self) -> None:
        assert self.match("HEAD", "/c/7", "/c/{id}") == ("get0", ("7",))
        assert self.match("PUT", "/c/7", "/c/{id}") == Miss(("GET", "HEAD"))

    def test_a_method_that_the_mixture_lacks_is_left_to_the_parameter(self) -> None:
        yard = users({"/f/{name}.json": {"get": GOOD}, "/f/{name}": {"delete": GOOD}})
        match = yard.find("DELETE", "/f/a.json")
        assert isinstance(match, Match)
        assert match.values == ("a.json",)

    def test_of_two_of_one_shape_the_schema_decides_else_the_first(self) -> None:
        def takes(name: str, schema: Any) -> dict[str, Any]:
            return {"operationId": name, "parameters": [parameter("path", name, schema)], **GOOD}

        yard = users(
            {
                "/pets/{name}": {"get": takes("name", TEXT)},
                "/pets/{number}": {"get": takes("number", {"type": "integer"})},
                "/pets/{other}": {"get": takes("other", TEXT)},
            }
        )
        found = {path: yard.find("GET", path) for path in ("/pets/7", "/pets/rex")}
        # Both are found; what is none would fail for want of an operation.
        assert {path: each.operation.id for path, each in found.items()} == {  # type: ignore[union-attr]
            "/pets/7": "number",
            "/pets/rex": "name",
        }
        assert [each.what for each in yard.warnings] == [
            "/pets/{number} has the shape of name (/pets/{name})",
            "/pets/{other} has the shape of name (/pets/{name})",
        ]

    def test_marks_in_a_path_are_met_with_and_without_what_they_begin(self) -> None:
        templates = ("/f/{id}#copy", "/x?do=list", "/x?do=drop")
        assert self.match("GET", "/f/7", *templates) == ("get0", ("7",))
        assert self.match("GET", "/f/7%23copy", *templates) == ("get0", ("7",))
        assert self.match("GET", "/x", *templates) == ("get1", ())
        assert self.match("GET", "/x%3Fdo=drop", *templates) == ("get2", ())

    def test_a_query_in_a_path_decides(self) -> None:
        paths = {"/x?do=list": {"get": GOOD}, "/x?do=drop": {"get": GOOD}, "/x": {"get": GOOD}}
        below = users(paths).below("")
        for query, name in (("a=1&do=drop", "get_x_do_drop"), ("do=list", "get_x_do_list")):
            match = below.find("GET", "x", query)
            assert isinstance(match, Match)
            assert match.operation.id == name
        plain = below.find("GET", "x")
        assert isinstance(plain, Match)
        assert plain.operation.id == "get_x"

    def test_a_name_that_stands_twice_has_its_first_value(self) -> None:
        yard = users({"/a/{id}/b/{id}": {"get": GOOD}})
        match = yard.find("GET", "/a/1/b/2")
        assert isinstance(match, Match)
        assert match.values == ("1",)

    def test_separators_without_end_cost_little(self) -> None:
        assert self.match("GET", "/c/" + ":" * 100_000, "/c/{a}:{b}:{c}:x") == Miss(())


def test_a_hundred_thousand_operations_are_indexed_and_none_compiled() -> None:
    paths = {f"/things{index}/{{id}}": {"get": GOOD} for index in range(100_000)}
    yard = users(paths)
    assert len(yard.operations) == 100_000
    match = yard.find("GET", "/things99999/7")
    assert isinstance(match, Match)
    assert match.operation.path == "/things99999/{id}"
    assert compiled(yard) == []
