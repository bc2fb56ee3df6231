"""Bodies of every media type: read, typed by the schema, held against it, refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.openapi.forms import FIELDS
from understudy.openapi.multipart import PARTS, UploadedFile
from understudy.openapi.operation import Operation, Request

from .small_contracts import ask, told, users_one

NUMBER = {"type": "integer"}
TEXT = {"type": "string"}
FORM = "application/x-www-form-urlencoded"
PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {**NUMBER, "readOnly": True},
        "name": TEXT,
        "age": {**NUMBER, "maximum": 30},
        "good": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT},
        "owner": {"type": "object", "properties": {"phone": NUMBER, "name": TEXT}},
        "toys": {"type": "array", "items": {"type": "object", "properties": {"n": NUMBER}}},
        "photo": {"type": "string", "format": "binary"},
        "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}


def taking(content: dict[str, Any], required: bool = True, **more: Any) -> Operation:
    return users_one(requestBody={"required": required, "content": content}, **more)


def send(operation: Operation, media_type: str | None, content: bytes) -> Request:
    headers = {} if media_type is None else {"content-type": media_type}
    return ask(operation, headers=headers, content=content)


class TestUrlencoded:
    pets = taking({FORM: {"schema": PET}})

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("name=Rex+the%20dog&age=3&good=true", {"name": "Rex the dog", "age": 3, "good": True}),
            ("name=a&tags=x&tags=y", {"name": "a", "tags": ["x", "y"]}),
            ("name=a&tags=x", {"name": "a", "tags": ["x"]}),
            ("name=a&tags[]=x&tags[]=y", {"name": "a", "tags": ["x", "y"]}),
            ("name=a&tags[1]=y&tags[0]=x", {"name": "a", "tags": ["x", "y"]}),
            ("name=a&owner[phone]=7", {"name": "a", "owner": {"phone": 7}}),
            ("name=a&toys[0][n]=1&toys[1][n]=2", {"name": "a", "toys": [{"n": 1}, {"n": 2}]}),
            ('name=a&owner={"phone":7}', {"name": "a", "owner": {"phone": 7}}),
            ("name=a&more[x][y]=z&other=1", {"name": "a", "more": {"x": {"y": "z"}}, "other": "1"}),
            ("name=a&other=1&other=2", {"name": "a", "other": ["1", "2"]}),
            ("name=", {"name": ""}),
        ],
    )
    def test_fields_become_a_value(self, text: str, value: Any) -> None:
        asked = send(self.pets, f"{FORM}; charset=utf-8", text.encode())
        assert asked.violations == []
        assert asked.body == value

    @pytest.mark.parametrize(
        ("text", "pointer", "keyword"),
        [
            ("name=a&age=x", "/age", "type"),
            ("name=a&age=31", "/age", "maximum"),
            ("name=a&name=b", "/name", "duplicate"),
            ("name=a&owner[phone]=x", "/owner/phone", "type"),
            ("name=a&toys[0][n]=x", "/toys/0/n", "type"),
            ("age=3", "", "required"),
            ("name=%FF", "", "syntax"),
        ],
    )
    def test_what_is_wrong_is_told(self, text: str, pointer: str, keyword: str) -> None:
        asked = send(self.pets, FORM, text.encode())
        assert told(asked.violations) == [("body", "", pointer, keyword)]

    def test_too_many_fields_are_refused(self) -> None:
        fields = "&".join(f"f{index}=1" for index in range(FIELDS - 1))
        assert send(self.pets, FORM, f"name=a&{fields}".encode()).violations == []
        asked = send(self.pets, FORM, f"name=a&{fields}&x=1".encode())
        assert asked.violations[0].message == "the body is no form: it has more than 1,000 fields"

    def test_encoding_says_how_a_field_is_written(self) -> None:
        encoding = {
            "tags": {"style": "pipeDelimited", "explode": False},
            "name": {"contentType": "application/json"},
        }
        operation = taking({FORM: {"schema": PET, "encoding": encoding}})
        asked = send(operation, FORM, b"name=%22Rex%22&tags=x|y")
        assert asked.body == {"name": "Rex", "tags": ["x", "y"]}
        plain = taking({FORM: {"schema": PET, "encoding": {"tags": {"explode": False}}}})
        assert send(plain, FORM, b"name=a&tags=x,y").body == {"name": "a", "tags": ["x", "y"]}

    @given(st.binary())
    def test_no_bytes_raise(self, content: bytes) -> None:
        send(self.pets, FORM, content)

    @given(st.dictionaries(st.text("ab[]0", min_size=1), st.text(max_size=3), max_size=6))
    def test_no_brackets_raise(self, fields: dict[str, str]) -> None:
        send(self.pets, FORM, urlencode(fields).encode())


def part(name: str, content: bytes, filename: str | None = None, kind: str = "") -> bytes:
    said = f'Content-Disposition: form-data; name="{name}"'
    said += f'; filename="{filename}"' if filename is not None else ""
    said += f"\r\nContent-Type: {kind}" if kind else ""
    return b"--XX\r\n" + said.encode() + b"\r\n\r\n" + content + b"\r\n"


MULTIPART = "multipart/form-data; boundary=XX"
END = b"--XX--\r\n"


class TestMultipart:
    pets = taking({"multipart/form-data": {"schema": PET}})

    def test_texts_are_typed_and_files_kept(self) -> None:
        body = part("name", b"Rex") + part("age", b"3") + part("tags", b"x") + part("tags", b"y")
        body += part("photo", b"\xff\x00\r\n--X", "rex.png", "image/png") + END
        asked = send(self.pets, MULTIPART, body)
        assert asked.violations == []
        assert asked.body == {
            "name": "Rex",
            "age": 3,
            "tags": ["x", "y"],
            "photo": UploadedFile("rex.png", "image/png", b"\xff\x00\r\n--X"),
        }

    def test_several_files_of_one_name(self) -> None:
        body = part("name", b"Rex") + part("photos", b"1", "a.png")
        one = send(self.pets, MULTIPART, body + END)
        assert one.body["photos"] == [UploadedFile("a.png", "application/octet-stream", b"1")]
        two = send(self.pets, MULTIPART, body + part("photos", b"2", "b.png") + END)
        assert [each.filename for each in two.body["photos"]] == ["a.png", "b.png"]

    def test_a_part_may_be_json(self) -> None:
        body = part("name", b"Rex") + part("owner", b'{"phone": 7}', kind="application/json") + END
        assert send(self.pets, MULTIPART, body).body == {"name": "Rex", "owner": {"phone": 7}}
        wrong = part("name", b"Rex") + part("owner", b"{", kind="application/json") + END
        assert told(send(self.pets, MULTIPART, wrong).violations) == [
            ("body", "", "/owner", "syntax")
        ]
        untyped = part("name", b"Rex") + part("toys", b'[{"n": 1}]', kind="application/json") + END
        assert send(self.pets, MULTIPART, untyped).body == {"name": "Rex", "toys": [{"n": 1}]}

    @pytest.mark.parametrize(
        ("body", "pointer", "keyword"),
        [
            (part("age", b"3") + END, "", "required"),
            (part("name", b"a") + part("age", b"x") + END, "/age", "type"),
            (part("name", b"a") + part("age", b"99") + END, "/age", "maximum"),
            (part("name", b"\xff") + END, "/name", "syntax"),
            (part("name", b"a"), "", "syntax"),
            (b"name=a", "", "syntax"),
        ],
    )
    def test_what_is_wrong_is_told(self, body: bytes, pointer: str, keyword: str) -> None:
        asked = send(self.pets, MULTIPART, body)
        assert told(asked.violations) == [("body", "", pointer, keyword)]

    def test_a_charset_of_a_part(self) -> None:
        body = part("name", "Füchsin".encode("latin-1"), kind="text/plain; charset=iso-8859-1")
        assert send(self.pets, MULTIPART, body + END).body == {"name": "Füchsin"}

    def test_without_a_boundary_there_are_no_parts(self) -> None:
        asked = send(self.pets, "multipart/form-data", part("name", b"a") + END)
        assert asked.violations[0].message == (
            "the body is no form: its Content-Type names no boundary"
        )

    def test_too_many_parts_are_refused(self) -> None:
        asked = send(self.pets, MULTIPART, part("a", b"") * (PARTS + 1) + END)
        assert asked.violations[0].message == "the body is no form: it has more than 1,000 parts"

    @given(
        st.binary() | st.lists(st.sampled_from([b"--XX", b"\r\n", END, b": ", b"a"])).map(b"".join)
    )
    def test_no_bytes_raise(self, content: bytes) -> None:
        send(self.pets, MULTIPART, content)


class TestTextAndBytes:
    @pytest.mark.parametrize(
        ("declared", "media_type", "content", "value"),
        [
            ("text/plain", "text/plain", b"caf\xc3\xa9", "café"),
            ("text/plain", "text/plain; charset=latin-1", b"caf\xe9", "café"),
            ("text/plain", 'text/plain; charset="utf-16"', "hé".encode("utf-16"), "hé"),
            ("application/xml", "application/xml", b"<a/>", "<a/>"),
            ("application/atom+xml", "application/atom+xml", b"<a/>", "<a/>"),
            ("application/octet-stream", "application/octet-stream", b"\xff\x00", b"\xff\x00"),
            ("image/*", "image/png", b"\x89PNG", b"\x89PNG"),
            ("*/*", "text/csv", b"a,b", "a,b"),
            ("*/*", "application/json", b'{"a": 1}', {"a": 1}),
            ("*/*", FORM, b"a=1", {"a": "1"}),
            ("*/*", "application/zip", b"PK\x03", b"PK\x03"),
            ("application/*", "application/vnd.x+json", b"[1]", [1]),
        ],
    )
    def test_a_body_is_what_its_type_says(
        self, declared: str, media_type: str, content: bytes, value: Any
    ) -> None:
        asked = send(taking({declared: {}}), media_type, content)
        assert asked.violations == []
        assert asked.body == value
        assert type(asked.body) is type(value)

    def test_a_text_is_typed_and_held_against_its_schema(self) -> None:
        operation = taking({"text/plain": {"schema": {**NUMBER, "maximum": 9}}})
        assert send(operation, "text/plain", b"7").body == 7
        assert told(send(operation, "text/plain", b"10").violations) == [
            ("body", "", "", "maximum")
        ]

    @pytest.mark.parametrize(
        "media_type", ["text/plain", "text/plain; charset=idna", "text/plain; charset=x"]
    )
    def test_bytes_that_are_no_text_are_told(self, media_type: str) -> None:
        asked = send(taking({"text/plain": {}}), media_type, b"\xff")
        assert told(asked.violations) == [("body", "", "", "syntax")]

    def test_json_in_another_charset(self) -> None:
        operation = taking({"application/json": {"schema": PET}})
        content = '{"name": "Füchsin"}'.encode("latin-1")
        asked = send(operation, "application/json; charset=latin-1", content)
        assert asked.body == {"name": "Füchsin"}
        assert told(send(operation, "application/json", content).violations) == [
            ("body", "", "", "syntax")
        ]


class TestMediaTypes:
    several = taking(
        {
            "application/json": {"schema": PET},
            "application/merge-patch+json": {"schema": {"type": "object", "maxProperties": 1}},
            FORM: {"schema": {"type": "object", "required": ["form"]}},
        }
    )

    def test_each_has_its_own_schema(self) -> None:
        two = b'{"name": "a", "age": 1}'
        assert send(self.several, "application/json", two).violations == []
        assert told(send(self.several, "application/merge-patch+json", two).violations) == [
            ("body", "", "", "maxProperties")
        ]
        assert told(send(self.several, FORM, b"name=a").violations) == [
            ("body", "", "", "required")
        ]

    def test_another_is_told_with_what_is_taken(self) -> None:
        (violation,) = send(self.several, "text/html", b"x").violations
        assert violation.keyword == "media_type"
        assert violation.expected == ["application/json", "application/merge-patch+json", FORM]
        assert violation.message == (
            "the body's type must be application/json or application/merge-patch+json or "
            f"{FORM}; got 'text/html'"
        )

    def test_without_one_the_first_is_meant(self) -> None:
        assert send(self.several, None, b'{"name": "a"}').body == {"name": "a"}

    def test_a_body_that_may_be_missing(self) -> None:
        operation = taking({"application/json": {"schema": PET}}, required=False)
        assert send(operation, None, b"").violations == []
        assert send(operation, "text/html", b"").violations == []

    def test_a_body_without_media_types_is_none(self) -> None:
        assert taking({}).body is None
