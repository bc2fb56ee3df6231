"""A request held against its operation: values, body, and all that is wrong in reading order."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.openapi.nesting import MAX_DEPTH
from understudy.openapi.operation import Request, Unread, Violation
from understudy.openapi.request import decode_json, read, split_query

from .small_contracts import ask, body, one, parameter, told

TEXT = {"type": "string", "minLength": 1}
LIMIT = {"type": "integer", "minimum": 1}
LOAN = {
    "type": "object",
    "required": ["reader"],
    "properties": {"reader": {"type": "string"}, "days": {"type": "integer", "maximum": 30}},
    "additionalProperties": False,
}
FULL = one(
    parameter("query", "limit", LIMIT, required=True),
    parameter("header", "X-Shop-Trace", {"type": "string", "pattern": "^[a-f]+$"}, required=True),
    parameter("path", "id", TEXT),
    parameter("query", "tag", {"type": "array", "items": TEXT}),
    requestBody=body(LOAN),
)
JSON = {"content-type": "application/json"}
GOOD = b'{"reader": "r1"}'


class TestTheWhole:
    def test_a_good_request_becomes_values(self) -> None:
        asked = ask(
            FULL,
            ["a%2Fb"],
            "tag=x&limit=3&tag=y+z&unknown=%FF&limitless",
            {"x-shop-trace": " abc ", **JSON},
            GOOD,
        )
        assert asked.values == {"id": "a/b", "limit": 3, "tag": ["x", "y z"], "X-Shop-Trace": "abc"}
        assert asked.body == {"reader": "r1"}
        assert asked.violations == []

    def test_all_that_is_wrong_is_told_in_reading_order(self) -> None:
        asked = ask(FULL, ["%FF"], "tag=&limit=0", {"x-shop-trace": "xyz", **JSON}, b'{"days": 31}')
        assert told(asked.violations) == [
            ("path", "id", "", "encoding"),
            ("query", "limit", "", "minimum"),
            ("query", "tag", "/0", "minLength"),
            ("header", "X-Shop-Trace", "", "pattern"),
            ("body", "", "", "required"),
            ("body", "", "/days", "maximum"),
        ]

    def test_what_is_missing_is_told_by_name(self) -> None:
        asked = ask(FULL, [None])
        assert told(asked.violations) == [
            ("path", "id", "", "missing"),
            ("query", "limit", "", "missing"),
            ("header", "X-Shop-Trace", "", "missing"),
            ("body", "", "", "missing"),
        ]
        assert asked.violations[1].message == "query parameter limit is missing"
        assert asked.values == {}
        assert asked.body is None

    def test_absent_optional_parameters_are_absent(self) -> None:
        operation = one(parameter("query", "limit", {**LIMIT, "default": 20}))
        assert ask(operation).values == {}


class TestQuery:
    limit = one(parameter("query", "limit", LIMIT), parameter("query", "q", {"type": "string"}))

    @pytest.mark.parametrize(
        ("query", "values"),
        [
            ("", {}),
            ("&&", {}),
            ("limit=3", {"limit": 3}),
            ("%6Cimit=3", {"limit": 3}),
            ("q=", {"q": ""}),
            ("q", {"q": ""}),
            ("q=a=b&limit=1", {"q": "a=b", "limit": 1}),
            ("q=a;limit=1", {"q": "a;limit=1"}),
            ("q=a%26b%3Dc", {"q": "a&b=c"}),
            ("q=%2B+", {"q": "+ "}),
            ("q=100%", {"q": "100%"}),
            ("Limit=x&other=1&other=2&%FF=1", {}),  # unknown names are ignored
        ],
    )
    def test_pairs_become_values(self, query: str, values: dict[str, Any]) -> None:
        asked = ask(self.limit, query=query)
        assert asked.values == values
        assert asked.violations == []

    @pytest.mark.parametrize(
        ("query", "keyword"),
        [
            ("limit=1&limit=1", "duplicate"),  # P18
            ("limit=", "type"),  # P20
            ("limit", "type"),
            ("limit=+1", "type"),  # P16; a plus is a space here
            ("limit=%FF", "encoding"),
            ("limit=0", "minimum"),
        ],
    )
    def test_what_is_wrong_is_told(self, query: str, keyword: str) -> None:
        assert told(ask(self.limit, query=query).violations) == [("query", "limit", "", keyword)]

    def test_deep_objects_are_gathered(self) -> None:
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
        deep = one(parameter("query", "filter", schema, style="deepObject"))
        asked = ask(deep, query="filter[a]=1&filter[b]=x&other[a]=2&filter=3&filter%5Bc%5D=y")
        assert asked.values == {"filter": {"a": 1, "b": "x", "c": "y"}}
        assert told(ask(deep, query="filter[a]=%FF").violations) == [
            ("query", "filter", "", "encoding")
        ]

    @given(
        st.lists(st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.text("aé +&=%")))
    )
    def test_what_was_encoded_comes_back(self, pairs: list[tuple[str, str]]) -> None:
        query = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
        assert split_query(query) == pairs


class TestHeaders:
    operation = one(parameter("header", "linked_account_id", TEXT, required=True))

    def test_names_are_found_in_lower_case_and_underscores_are_no_hyphens(self) -> None:
        assert ask(self.operation, headers={"linked_account_id": "a"}).violations == []
        assert told(ask(self.operation, headers={"linked-account-id": "a"}).violations) == [
            ("header", "linked_account_id", "", "missing")
        ]

    def test_text_is_stripped(self) -> None:  # P24
        assert ask(self.operation, headers={"linked_account_id": "  a\t"}).values == {
            "linked_account_id": "a"
        }
        assert told(ask(self.operation, headers={"linked_account_id": "  "}).violations) == [
            ("header", "linked_account_id", "", "minLength")
        ]

    def test_names_that_openapi_takes_away_are_no_parameters(self) -> None:
        operation = one(
            *(
                parameter("header", name, TEXT, required=True)
                for name in ("Accept", "Content-Type", "Authorization")
            )
        )
        assert ask(operation).violations == []


class TestMediaTypes:
    loan = one(requestBody=body(LOAN))
    free = one(requestBody=body({}, required=False))

    @pytest.mark.parametrize(
        "media_type",
        [
            None,
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            " application/json ;charset=UTF-8",
        ],
    )
    def test_json_is_taken(self, media_type: str | None) -> None:
        headers = {} if media_type is None else {"content-type": media_type}
        asked = ask(self.loan, headers=headers, content=GOOD)
        assert asked.violations == []
        assert asked.body == {"reader": "r1"}

    @pytest.mark.parametrize(
        "media_type",
        ["application/x-www-form-urlencoded", "text/plain", "application/jsonp", "", "json"],
    )
    def test_another_type_is_told(self, media_type: str) -> None:
        headers = {"content-type": media_type}
        for content in (GOOD, b""):
            asked = ask(self.loan, headers=headers, content=content)
            assert told(asked.violations) == [("body", "", "", "media_type")]  # P12
            assert asked.violations[0].expected == ["application/json"]
            assert asked.violations[0].got == media_type
            assert asked.body is None

    def test_nothing_at_all_is_missing_and_no_other_type(self) -> None:  # P12
        assert told(ask(self.loan).violations) == [("body", "", "", "missing")]
        assert told(ask(self.loan, headers=JSON).violations) == [("body", "", "", "missing")]

    def test_an_optional_body_may_be_absent_whatever_its_type_says(self) -> None:
        assert ask(self.free).violations == []
        assert ask(self.free, headers={"content-type": "text/plain"}).violations == []
        asked = ask(self.free, headers={"content-type": "text/plain"}, content=b"x")
        assert told(asked.violations) == [("body", "", "", "media_type")]

    def test_a_stray_body_is_ignored_and_noted(self) -> None:
        asked = ask(one(), headers={"content-type": "text/plain"}, content=b"{")
        assert asked == Request({}, None, [], [Unread("body", "")])

    def test_several_types_and_parameters_in_the_contract(self) -> None:
        made = one(requestBody=body({}, media_type="application/merge-patch+json; charset=utf-8"))
        headers = {"content-type": "application/merge-patch+json"}
        assert ask(made, headers=headers, content=b"[1]").body == [1]

    def test_any_type(self) -> None:
        made = one(requestBody=body({}, media_type="*/*"))
        assert ask(made, headers={"content-type": "text/x"}, content=b"1").body == 1


class TestJson:
    @pytest.mark.parametrize(
        "text",
        [
            b"{",
            b"",
            b" ",
            b"{'a': 1}",
            b"[1,]",
            b"01",
            b"NaN",
            b"[Infinity]",
            b"-Infinity",
            b"1e400",
            b"[-1e400]",
            b"9" * 5_000,
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'"\xff"',
            b"\xff",
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
            b'{"\\ud800": 1}',
            b'"\xed\xa0\x80"',
            b'"\x00"',
            b"\xef\xbb\xbf{}",
            b"{} {}",
            b"{}\x00",
        ],
    )
    def test_no_json_is_one_violation(self, text: bytes) -> None:  # P17
        violation = decode_json(text)
        assert type(violation) is Violation
        assert told([violation]) == [("body", "", "", "syntax")]
        assert violation.message.startswith("the body is no JSON: ")

    def test_it_is_told_in_a_request(self) -> None:
        operation = one(requestBody=body(LOAN))
        asked = ask(operation, headers=JSON, content=b'{"reader": NaN}')
        assert told(asked.violations) == [("body", "", "", "syntax")]
        assert asked.body is None

    def test_nesting_has_a_bound_that_a_string_does_not_reach(self) -> None:
        def nested(depth: int) -> bytes:
            return b"[" * depth + b"]" * depth

        assert decode_json(nested(MAX_DEPTH)) == json.loads(nested(MAX_DEPTH))
        assert decode_json(nested(MAX_DEPTH + 1)).keyword == "syntax"
        assert decode_json(json.dumps("[" * 10_000).encode()) == "[" * 10_000
        assert decode_json(json.dumps([[]] * 10_000).encode()) == [[]] * 10_000
        objects = b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1)
        assert decode_json(objects).keyword == "syntax"

    def test_what_is_taken_can_be_written_again(self) -> None:
        text = b'{"n": 18446744073709551616, "s": "\\u0000\\ud83d\\ude00", "f": 1e-400}'
        value = decode_json(text)
        assert value == {"n": 2**64, "s": "\0\U0001f600", "f": 0.0}
        assert msgspec.json.decode(msgspec.json.encode(value)) == value

    def test_the_last_of_a_double_key_wins(self) -> None:
        assert decode_json(b'{"a": 1, "a": 2}') == {"a": 2}

    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
        max_leaves=20,
    )

    @given(values)
    def test_json_comes_back(self, value: Any) -> None:
        assert decode_json(json.dumps(value).encode()) == value
        assert decode_json(json.dumps(value, ensure_ascii=False).encode()) == value

    @given(st.binary())
    def test_no_bytes_raise(self, content: bytes) -> None:
        decode_json(content)


@given(
    path=st.text(st.characters(codec="latin-1")),
    query=st.text(st.characters(codec="latin-1")),
    trace=st.text(st.characters(codec="latin-1")),
    media_type=st.sampled_from(["application/json", "text/x", ""]),
    content=st.binary(),
)
def test_no_request_raises(
    path: str, query: str, trace: str, media_type: str, content: bytes
) -> None:
    headers = {"x-shop-trace": trace, "content-type": media_type}
    asked = read(FULL, [path], query, headers, content)
    order = ["path", "query", "header", "body"]
    places = [order.index(each.location) for each in asked.violations]
    assert places == sorted(places)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_path_value_comes_back(text: str) -> None:
    operation = one(parameter("path", "id", TEXT))
    assert ask(operation, [quote(text, safe="")]).values == {"id": text}
