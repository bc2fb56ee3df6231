"""Every style of a parameter, in each place it may stand: decoded, refused and encoded."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.operation import Operation, Parameter

from .small_contracts import ask, parameter, told, users_one

COLOUR = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "name": {"type": "string"}},
}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
NUMBER = {"type": "integer"}
LIST, OBJECT = [3, 4, 5], {"R": 100, "G": 200}


def taking(place: str, schema: Any, style: str, explode: bool) -> Operation:
    path = "/pets/{c}" if place == "path" else "/pets"
    said = parameter(place, "c", schema, style=style, explode=explode)
    return users_one(said, path=path)


def sent(place: str, operation: Operation, text: str) -> Any:
    """What the operation makes of a text that stands in that place."""
    if place == "path":
        return ask(operation, [text])
    if place == "query":
        return ask(operation, query=text)
    return ask(operation, headers={"cookie" if place == "cookie" else "c": text})


STYLES: list[tuple[str, str, bool, Any, str, Any]] = [
    ("path", "simple", False, NUMBER, "5", 5),
    ("path", "simple", False, NUMBERS, "3,4,5", LIST),
    ("path", "simple", False, COLOUR, "R,100,G,200", OBJECT),
    ("path", "simple", True, COLOUR, "R=100,G=200", OBJECT),
    ("path", "label", False, NUMBER, ".5", 5),
    ("path", "label", False, NUMBERS, ".3,4,5", LIST),
    ("path", "label", True, NUMBERS, ".3.4.5", LIST),
    ("path", "label", False, COLOUR, ".R,100,G,200", OBJECT),
    ("path", "label", True, COLOUR, ".R=100.G=200", OBJECT),
    ("path", "matrix", False, NUMBER, ";c=5", 5),
    ("path", "matrix", False, NUMBERS, ";c=3,4,5", LIST),
    ("path", "matrix", True, NUMBERS, ";c=3;c=4;c=5", LIST),
    ("path", "matrix", False, COLOUR, ";c=R,100,G,200", OBJECT),
    ("path", "matrix", True, COLOUR, ";R=100;G=200", OBJECT),
    ("query", "form", True, NUMBERS, "c=3&c=4&c=5", LIST),
    ("query", "form", False, NUMBERS, "c=3,4,5", LIST),
    ("query", "form", False, COLOUR, "c=R,100,G,200", OBJECT),
    ("query", "form", True, COLOUR, "R=100&G=200", OBJECT),
    ("query", "spaceDelimited", False, NUMBERS, "c=3%204%205", LIST),
    ("query", "spaceDelimited", False, COLOUR, "c=R%20100%20G%20200", OBJECT),
    ("query", "pipeDelimited", False, NUMBERS, "c=3|4|5", LIST),
    ("query", "pipeDelimited", False, COLOUR, "c=R%7C100%7CG%7C200", OBJECT),
    ("query", "deepObject", True, COLOUR, "c[R]=100&c[G]=200", OBJECT),
    ("header", "simple", False, NUMBERS, "3, 4,5", LIST),
    ("header", "simple", False, COLOUR, "R,100, G,200", OBJECT),
    ("header", "simple", True, COLOUR, "R=100, G=200", OBJECT),
    ("cookie", "form", False, NUMBER, "a=1; c=5", 5),
    ("cookie", "form", False, NUMBERS, "c=3,4,5; b", LIST),
    ("cookie", "form", True, NUMBERS, "c=3; c=4; c=5", LIST),
    ("cookie", "form", False, COLOUR, 'c="R,100,G,200"', OBJECT),
]


@pytest.mark.parametrize(("place", "style", "explode", "schema", "text", "value"), STYLES)
def test_a_text_becomes_a_value(
    place: str, style: str, explode: bool, schema: Any, text: str, value: Any
) -> None:
    operation = taking(place, schema, style, explode)
    asked = sent(place, operation, text)
    assert asked.violations == []
    assert asked.values == {"c": value}


@pytest.mark.parametrize(("place", "style", "explode", "schema", "text", "value"), STYLES)
def test_and_what_is_encoded_is_decoded(
    place: str, style: str, explode: bool, schema: Any, text: str, value: Any
) -> None:
    (said,) = taking(place, schema, style, explode).parameters
    pairs = said.encode(value)
    texts = [text for _, text in pairs]
    if said.deep or said.spread:
        names = [name.partition("[")[2] or f"{name}]" for name, _ in pairs]
        texts = [f"{name}={text}" for name, text in zip(names, texts, strict=True)]
    assert said.decode(texts) == value


@pytest.mark.parametrize(
    ("place", "style", "explode", "schema", "text", "keyword"),
    [
        ("path", "label", False, NUMBER, "5", "type"),
        ("path", "label", True, COLOUR, "R=100", "style"),
        ("path", "matrix", False, NUMBERS, "3,4", "style"),
        ("path", "matrix", True, NUMBERS, ";c=3;d=4", "style"),
        ("path", "simple", False, COLOUR, "R,100,G", "style"),
        ("path", "simple", True, COLOUR, "R,100", "style"),
        ("query", "form", False, COLOUR, "c=R,100&c=G,200", "duplicate"),
    ],
)
def test_what_is_not_in_its_style_is_told(
    place: str, style: str, explode: bool, schema: Any, text: str, keyword: str
) -> None:
    asked = sent(place, taking(place, schema, style, explode), text)
    assert told(asked.violations) == [(place, "c", "", keyword)]


@pytest.mark.parametrize(
    ("place", "style", "explode", "text"),
    [
        ("path", "simple", False, "R,red"),
        ("query", "form", True, "R=red"),
        ("query", "deepObject", True, "c[R]=red"),
        ("header", "simple", True, "R=red"),
    ],
)
def test_what_is_wrong_inside_is_told_at_its_key(
    place: str, style: str, explode: bool, text: str
) -> None:
    asked = sent(place, taking(place, COLOUR, style, explode), text)
    assert told(asked.violations) == [(place, "c", "/R", "type")]


def query(schema: Any, **more: Any) -> Parameter:
    return users_one(parameter("query", "q", schema, **more)).query_parameters["q"]


FILTER = {
    "type": "object",
    "properties": {
        "size": {"type": "object", "properties": {"gte": NUMBER, "lte": NUMBER}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"n": NUMBER}}},
    },
}


class TestDeep:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("q[size][gte]=1&q[size][lte]=9", {"size": {"gte": 1, "lte": 9}}),
            ("q[tags]=a&q[tags]=b", {"tags": ["a", "b"]}),
            ("q[tags][]=a&q[tags][]=b", {"tags": ["a", "b"]}),
            ("q[tags][1]=b&q[tags][0]=a", {"tags": ["a", "b"]}),
            ("q[tags][10]=c&q[tags][9]=b", {"tags": ["b", "c"]}),
            ("q[lines][0][n]=1&q[lines][1][n]=2", {"lines": [{"n": 1}, {"n": 2}]}),
            ("q%5Bsize%5D%5Bgte%5D=1", {"size": {"gte": 1}}),
            ("q[other][x]=1", {"other": {"x": "1"}}),
            ("q[tags][999999999999]=a", {"tags": ["a"]}),
        ],
    )
    def test_nested(self, text: str, value: Any) -> None:
        operation = users_one(parameter("query", "q", FILTER, style="deepObject"))
        asked = ask(operation, query=text)
        assert asked.violations == []
        assert asked.values == {"q": value}

    @pytest.mark.parametrize(
        ("text", "place", "keyword"),
        [
            ("q[size][gte]=x", "/size/gte", "type"),
            ("q[size]=1", "/size", "type"),
            ("q[size][gte]=1&q[size][gte]=2", "/size/gte", "duplicate"),
            ("q[lines][0][n]=x", "/lines/0/n", "type"),
            ("q[size][gte][x]=1", "/size/gte", "type"),
        ],
    )
    def test_what_is_wrong_in_it(self, text: str, place: str, keyword: str) -> None:
        operation = users_one(parameter("query", "q", FILTER, style="deepObject"))
        assert told(ask(operation, query=text).violations) == [("query", "q", place, keyword)]

    def test_a_bare_name_where_the_schema_has_a_scalar_too(self) -> None:
        either = {"anyOf": [{"type": "object", "properties": {"gte": NUMBER}}, NUMBER]}
        operation = users_one(parameter("query", "q", either, style="deepObject"))
        assert ask(operation, query="q=5").values == {"q": 5}
        assert ask(operation, query="q[gte]=5").values == {"q": {"gte": 5}}
        array = users_one(parameter("query", "q", NUMBERS, style="deepObject"))
        assert ask(array, query="q[]=5&q[]=6").values == {"q": [5, 6]}


class TestSpread:
    def test_names_of_others_are_theirs(self) -> None:
        free = {"type": "object", "additionalProperties": {"type": "integer"}}
        operation = users_one(parameter("query", "q", free), parameter("query", "limit", NUMBER))
        assert ask(operation, query="limit=3&a=1&b=2").values == {
            "limit": 3,
            "q": {"a": 1, "b": 2},
        }

    def test_none_of_its_keys_is_none_of_it(self) -> None:
        operation = users_one(parameter("query", "q", COLOUR, required=True))
        assert ask(operation, query="R=1&x=2").values == {"q": {"R": 1}}
        assert told(ask(operation, query="x=2").violations) == [("query", "q", "", "missing")]


class TestWhatElseAParameterMaySay:
    def test_json_in_a_parameter(self) -> None:
        schema = {"type": "object", "required": ["a"], "properties": {"a": NUMBER}}
        said = {"name": "q", "in": "query", "content": {"application/json": {"schema": schema}}}
        operation = users_one(said)
        assert ask(operation, query="q=%7B%22a%22:1%7D").values == {"q": {"a": 1}}
        assert told(ask(operation, query="q={").violations) == [("query", "q", "", "json")]
        assert told(ask(operation, query="q={}").violations) == [("query", "q", "", "required")]
        assert operation.query_parameters["q"].encode({"a": 1}) == [("q", '{"a": 1}')]

    def test_text_in_a_parameter(self) -> None:
        said = {"name": "q", "in": "query", "content": {"text/plain": {"schema": NUMBER}}}
        assert ask(users_one(said), query="q=5").values == {"q": 5}

    def test_an_empty_value_where_it_is_allowed(self) -> None:
        operation = users_one(parameter("query", "q", NUMBER, allowEmptyValue=True))
        assert ask(operation, query="q").values == {"q": ""}
        assert ask(operation, query="q=5").values == {"q": 5}
        assert told(ask(operation, query="q=x").violations) == [("query", "q", "", "type")]

    def test_reserved_characters(self) -> None:
        operation = users_one(parameter("query", "q", {"type": "string"}, allowReserved=True))
        assert ask(operation, query="q=a/b?c=d;e:@f").values == {"q": "a/b?c=d;e:@f"}

    def test_one_value_or_several(self) -> None:
        either = {"oneOf": [NUMBERS, {"type": "string", "enum": ["all"]}]}
        said = query(either, explode=False)
        assert said.decode(["1,2"]) == [1, 2]
        assert said.decode(["all"]) == "all"

    def test_types_behind_references_of_any_kind(self) -> None:
        components = {"Size": {"type": "object", "properties": {"max": NUMBER}}}
        ref = {"$ref": "#/components/schemas/Size/properties/max"}
        operation = users_one(parameter("query", "q", ref), components=components)
        assert ask(operation, query="q=5").values == {"q": 5}

    def test_cookies(self) -> None:
        operation = users_one(parameter("cookie", "sid", {"type": "string"}, required=True))
        assert [each.location for each in operation.parameters] == ["cookie"]
        assert ask(operation, headers={"cookie": "x=1; sid=a%20b"}).values == {"sid": "a b"}
        assert told(ask(operation).violations) == [("cookie", "sid", "", "missing")]
        asked = ask(operation, headers={"cookie": "sid=%FF"})
        assert told(asked.violations) == [("cookie", "sid", "", "encoding")]


class TestWhatIsOdd:
    def test_a_path_parameter_that_nobody_declares_is_a_text(self) -> None:
        operation = users_one(path="/pets/{id}/{toy}")
        assert [each.name for each in operation.path_parameters] == ["id", "toy"]
        assert ask(operation, ["a%2Fb", "7"]).values == {"id": "a/b", "toy": "7"}

    def test_one_that_is_in_no_path_is_left_out(self) -> None:
        operation = users_one(parameter("path", "id", NUMBER), path="/pets")
        assert operation.parameters == ()

    def test_a_nameless_one_is_left_out(self) -> None:
        operation = users_one({"in": "query", "schema": {}}, {"name": "x", "in": "nowhere"})
        assert operation.broken is None
        assert operation.parameters == ()

    def test_one_without_a_schema_is_any_text(self) -> None:
        operation = users_one({"name": "q", "in": "query"}, parameter("query", "r", True))
        assert ask(operation, query="q=7&r=8").values == {"q": "7", "r": "8"}

    def test_a_style_that_is_none_of_its_place_is_the_usual_one(self) -> None:
        operation = users_one(parameter("header", "X-Ids", NUMBERS, style="form"))
        assert ask(operation, headers={"x-ids": "1, 2"}).values == {"X-Ids": [1, 2]}
