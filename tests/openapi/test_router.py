"""From method and raw path to the operation: encoded slashes, literals, aliases, misses, hints."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import ContractError
from understudy.openapi.operation import Contract, Match, Miss
from understudy.openapi.percent_encoding import percent_decode
from understudy.openapi.router import nearest

from .small_contracts import contract, operation, parameter

TEXT = {"type": "string"}


def takes(name: str, *parameters: str, **more: object) -> dict[str, object]:
    return operation(
        name, parameters=[parameter("path", each, TEXT) for each in parameters], **more
    )


SHOP = contract(
    {
        "/books": {"get": takes("listBooks"), "post": takes("addBook")},
        "/books/search": {"get": takes("searchBooks")},
        "/books/search/pages/{page}": {"get": takes("searchPage", "page")},
        "/books/{id}": {
            "put": takes("putBook", "id"),
            "get": takes("getBook", "id", **{"x-also-at": ["/books/{id}/", "/books//"]}),
        },
        "/books/{id}/loans/{loan}": {
            "get": takes("getLoan", "id", "loan", **{"x-also-at": ["/loans/{loan}/of/{id}"]})
        },
        "/books/{id}/covers/large": {"get": takes("getCover", "id")},
        "/caf\u00e9": {"get": takes("getCafe")},
    }
)


def found(method: str, path: str, where: Contract = SHOP) -> tuple[str, tuple[str | None, ...]]:
    match = where.find(method, path)
    assert isinstance(match, Match), match
    return match.operation.id, match.values


@pytest.mark.parametrize(
    ("method", "path", "operation_id", "values"),
    [
        ("GET", "/v1/books", "listBooks", ()),
        ("POST", "/v1/books", "addBook", ()),
        ("GET", "/v1/books/7", "getBook", ("7",)),
        ("PUT", "/v1/books/7", "putBook", ("7",)),
        ("GET", "/v1/books/search", "searchBooks", ()),  # P7: the literal wins
        ("PUT", "/v1/books/search2", "putBook", ("search2",)),
        ("GET", "/v1/books/search/loans/9", "getLoan", ("search", "9")),  # back out of a literal
        ("GET", "/v1/books/search/pages/3", "searchPage", ("3",)),
        ("GET", "/v1/books/search/covers/large", "getCover", ("search",)),
        ("GET", "/v1/books/a%2Fb", "getBook", ("a%2Fb",)),  # P5: an encoded slash is data
        ("GET", "/v1/books/%2e%2e", "getBook", ("%2e%2e",)),
        ("GET", "/v1/books/%FF", "getBook", ("%FF",)),  # refused later, when it is decoded
        ("GET", "/v1/%62ooks", "listBooks", ()),
        ("GET", "/v1/caf%C3%A9", "getCafe", ()),
        ("GET", "/v1/books/7/", "getBook", ("7",)),  # an alias
        ("GET", "/v1/books//", "getBook", (None,)),  # an alias without the id
        ("GET", "/v1/loans/9/of/7", "getLoan", ("7", "9")),  # by name, not by place
    ],
)
def test_a_path_leads_to_its_operation(
    method: str, path: str, operation_id: str, values: tuple[str | None, ...]
) -> None:
    assert found(method, path) == (operation_id, values)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/books",
        "/v1/books/",  # P4: a trailing slash is another path
        "/v1//books",
        "/v1/books%0A",  # P6
        "/v1/books\n",
        "/v1/books%2F7",
        "/v1/Books",
        "/v1/books/7/loans",
        "/v1/books/7/loans/",
        "/v1/books/7/loans/9/more",
        "/v1/books/%FF/loans",
        "/v1/%FF",
    ],
)
def test_no_other_path_does(path: str) -> None:
    assert SHOP.find("GET", path) == Miss(())


def test_another_method_is_told_what_the_path_offers_in_the_contracts_order() -> None:
    assert SHOP.find("DELETE", "/v1/books") == Miss(("GET", "POST"))
    assert SHOP.find("DELETE", "/v1/books/7") == Miss(("PUT", "GET"))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "QUERY", "TRACE", "get", ""])
def test_no_method_is_invented(method: str) -> None:
    assert SHOP.find(method, "/v1/books/search") == Miss(("GET",))


def test_a_declared_head_is_an_operation() -> None:
    where = contract({"/books": {"get": takes("listBooks"), "head": takes("peekBooks")}})
    assert found("HEAD", "/v1/books", where) == ("peekBooks", ())


def test_names_of_one_place_may_differ_by_method() -> None:
    where = contract(
        {
            "/books/{id}": {"get": takes("getBook", "id")},
            "/books/{isbn}": {"put": takes("x", "isbn")},
        }
    )
    assert found("PUT", "/v1/books/7", where) == ("x", ("7",))


@pytest.mark.parametrize(
    ("paths", "what"),
    [
        ({"/books/{id}:cancel": {"post": takes("cancel", "id")}}, "mixes text and parameter"),
        (
            {"/a/{id}": {"get": takes("one", "id")}, "/a/{key}": {"get": takes("two", "key")}},
            "/v1/a/{key} leads to one already",
        ),
        (
            {"/a": {"get": takes("one")}, "/b": {"get": takes("two", **{"x-also-at": ["/a"]})}},
            "/v1/a leads to one already",
        ),
    ],
)
def test_what_cannot_be_routed_is_refused(paths: dict[str, object], what: str) -> None:
    with pytest.raises(ContractError, match=what.replace("{", r"\{")):
        contract(paths)


class TestHints:
    def test_a_slip_of_the_pen(self) -> None:
        assert nearest(SHOP, "GET", "/v1/book/7") == ["GET /v1/books/{id}", "PUT /v1/books/{id}"]

    def test_the_same_method_comes_first(self) -> None:
        assert nearest(SHOP, "PUT", "/v1/Books/7")[0] == "PUT /v1/books/{id}"

    def test_a_forgotten_base_path(self) -> None:
        assert nearest(SHOP, "GET", "/books")[0] == "GET /v1/books"
        assert nearest(SHOP, "PUT", "/books/77777777")[0] == "PUT /v1/books/{id}"

    def test_another_base_path(self) -> None:
        assert nearest(SHOP, "PUT", "/v2/books/7")[0] == "PUT /v1/books/{id}"

    def test_a_segment_too_few(self) -> None:
        close = nearest(SHOP, "GET", "/v1/books/7/cover")
        assert close[0] == "GET /v1/books/{id}/covers/large"

    def test_something_else_altogether(self) -> None:
        assert nearest(SHOP, "GET", "/favicon.ico") == []

    def test_a_path_without_end_costs_little(self) -> None:
        assert nearest(SHOP, "GET", "/v1/books" + "/x" * 100_000) == []


segments = st.text(st.characters(codec="utf-8"), min_size=1)


@given(segments, segments)
def test_what_was_encoded_is_routed_and_decoded_once(book: str, loan: str) -> None:
    path = f"/v1/books/{quote(book, safe='')}/loans/{quote(loan, safe='')}"
    if book == ".." or loan == "..":
        return
    name, values = found("GET", path)
    assert name == "getLoan"
    assert [percent_decode(value or "") for value in values] == [book, loan]


@given(st.text(st.characters(codec="latin-1")))
def test_no_path_breaks_the_router(path: str) -> None:
    assert isinstance(SHOP.find("GET", path), Match | Miss)
    assert isinstance(nearest(SHOP, "GET", path), list)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a%20b+c", "a b+c"),
        ("%C3%A9", "é"),
        ("\u00c3\u00a9", "é"),  # bytes that came unescaped
        ("%25C3", "%C3"),  # once
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("%00", "\0"),
        ("%FF", None),
        ("%C3", None),
        ("%ED%A0%80", None),  # a lone surrogate
        ("\u00e9", None),
        ("\u4e2d", None),  # no header or target can carry it
    ],
)
def test_percent_escapes_are_strict_utf_8(raw: str, text: str | None) -> None:
    assert percent_decode(raw) == text


@given(
    st.sampled_from(["GET", "PUT", "DELETE"]),
    st.lists(st.sampled_from(["v1", "books", "search", "pages", "covers", "7", "%37", ""])),
)
def test_of_all_paths_that_fit_the_one_with_the_earliest_literals_is_meant(
    method: str, segments: list[str]
) -> None:
    for path in ("/".join(["", *segments]), "/".join(["", "v1", "books", *segments])):
        fitting = {_parameters(each): each for each in _paths() if _fits(each, path)}
        found = SHOP.find(method, path)
        if not fitting:
            assert found == Miss(())
            continue
        offered = _paths()[fitting[min(fitting)]]
        assert isinstance(found, Match) is (method in offered)
        assert (found.operation.id if isinstance(found, Match) else found.allow) == (
            offered[method] if method in offered else tuple(offered)
        )


def _paths() -> dict[str, dict[str, str]]:
    """The operations of the shop by path and method."""
    paths: dict[str, dict[str, str]] = {}
    for each in SHOP.operations.values():
        for path in (each.path, *each.also_at):
            paths.setdefault(path, {})[each.method] = each.id
    return paths


def _parameters(template: str) -> tuple[bool, ...]:
    return tuple(segment.startswith("{") for segment in template.split("/"))


def _fits(template: str, path: str) -> bool:
    ours, theirs = template.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(
        bool(their) if our.startswith("{") else our == percent_decode(their)
        for our, their in zip(ours, theirs, strict=True)
    )
