"""Compiling a contract: what becomes of it, and every mistake with its place and its fix."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy import resources
from understudy.errors import ContractError
from understudy.openapi.compiler import check_handlers, compile_contract, verify
from understudy.openapi.document import load
from understudy.openapi.operation import Match, Provenance, SecurityScheme

from .small_contracts import FILE, PROVENANCE, answer, body, document, empty, operation, parameter

BOOK = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
SHOP: dict[str, Any] = document(
    {
        "/books/{id}": {
            "summary": "One book",
            "parameters": [parameter("path", "id", {"type": "string"})],
            "get": operation(
                "getBook",
                summary="Read a book",
                description="By its id.",
                parameters=[
                    {"$ref": "#/components/parameters/Trace"},
                    parameter(
                        "query",
                        "limit",
                        {"type": "integer", "maximum": 30},
                        description="At most 30",
                        **{"x-provenance": {"is": "inferred", "source": "us"}},
                    ),
                ],
                responses={
                    "200": answer(BOOK, OK={"id": "b1"}, WITH_TITLE={"id": "b2", "title": "T"}),
                    "404": {"$ref": "#/components/responses/NotFound"},
                    "429": {
                        **empty("TOO_MANY_REQUESTS"),
                        "headers": {
                            "Retry-After": {"schema": {"type": "string"}, "example": 5},
                            "X-Other": {"schema": {"type": "string"}},
                        },
                    },
                },
                **{"x-vendor-operation-id": "book.get", "x-also-at": ["/books/{id}/"]},
            ),
            "put": operation("putBook", requestBody=body(BOOK), security=[]),
        },
        "/books/{id}/{version}": {
            "parameters": [
                parameter("path", "id", {"type": "string"}),
                parameter("path", "version", {"type": "integer"}),
            ],
            "get": operation("getBookVersion", **{"x-variant-of": "getBook"}),
        },
        "x-note": {"get": "no path"},
    },
    security=[{"Key": []}, {"Bearer": [], "Key": []}],
    components={
        "schemas": {"Book": BOOK},
        "parameters": {"Trace": parameter("header", "X-Trace", {"type": "string"})},
        "responses": {
            "NotFound": {
                **answer(BOOK),
                "content": {
                    "application/json": {
                        "schema": {},
                        "examples": {"NOT_FOUND": {"$ref": "#/components/examples/NotFound"}},
                    }
                },
            }
        },
        "examples": {
            "NotFound": {"summary": "Gone", "value": {"id": "no"}, "x-provenance": PROVENANCE}
        },
        "securitySchemes": {
            "Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "Bearer": {"type": "http", "scheme": "Bearer"},
        },
    },
)


class TestWhatBecomesOfIt:
    shop = compile_contract("shop", SHOP, FILE, eager=True)
    get = shop.operations["getBook"]

    def test_the_contract(self) -> None:
        assert (self.shop.name, self.shop.title, self.shop.version) == ("shop", "Shop", "7")
        assert self.shop.servers == ("https://api.shop.example/v1",)
        assert self.shop.base_path == "/v1"
        assert list(self.shop.operations) == ["getBook", "putBook", "getBookVersion"]
        assert self.shop.schemes == {
            "Key": SecurityScheme("Key", "x-api-key"),
            "Bearer": SecurityScheme("Bearer", "authorization", "bearer"),
        }

    def test_an_operation(self) -> None:
        get = self.get
        assert (get.method, get.path, get.vendor_id) == ("GET", "/v1/books/{id}", "book.get")
        assert (get.summary, get.description) == ("Read a book", "By its id.")
        assert get.provenance == Provenance("documented", "Shop API")
        assert get.also_at == ("/v1/books/{id}/",)
        assert get.handled_by == "getBook"
        assert [each.name for each in get.parameters] == ["id", "limit", "X-Trace"]
        assert list(get.header_parameters) == ["x-trace"]

    def test_a_variant_is_served_by_its_original(self) -> None:
        variant = self.shop.operations["getBookVersion"]
        assert (variant.variant_of, variant.handled_by) == ("getBook", "getBook")

    def test_a_parameter(self) -> None:
        limit = self.get.query_parameters["limit"]
        assert (limit.location, limit.required, limit.description) == ("query", False, "At most 30")
        assert limit.provenance == Provenance("inferred", "us")
        assert self.get.path_parameters[0].required is True

    def test_answers_by_name_in_the_contracts_order(self) -> None:
        answers = self.get.answers
        assert [(each.name, each.status) for each in answers.values()] == [
            ("OK", 200),
            ("WITH_TITLE", 200),
            ("NOT_FOUND", 404),
            ("TOO_MANY_REQUESTS", 429),
        ]
        assert [each.name for each in self.get.by_status(200)] == ["OK", "WITH_TITLE"]
        assert answers["WITH_TITLE"].example == {"id": "b2", "title": "T"}
        assert answers["NOT_FOUND"].summary == "Gone"
        assert answers["TOO_MANY_REQUESTS"].media_type is None
        assert answers["TOO_MANY_REQUESTS"].headers == {"Retry-After": "5"}

    def test_replies_are_checked_by_status(self) -> None:
        assert sorted(self.get.schemas) == [200, 404]
        assert self.get.schemas[200]({"id": "x"}) == []
        assert [each.keyword for each in self.get.schemas[200]({})] == ["required"]

    def test_a_body(self) -> None:
        declared = self.shop.operations["putBook"].body
        assert declared is not None
        assert (declared.required, declared.media_types) == (True, ("application/json",))
        assert declared.is_valid({"id": "x"})
        assert [each.expected for each in declared.violations({})] == ["id"]
        assert self.get.body is None

    def test_security_alternatives(self) -> None:
        assert self.get.security == (("Key",), ("Bearer", "Key"))
        assert self.shop.operations["putBook"].security == ()

    def test_aliases_are_routed(self) -> None:
        match = self.shop.find("GET", "/v1/books/7/")
        assert isinstance(match, Match)
        assert (match.operation.id, match.values) == ("getBook", ("7",))

    def test_schemas_wait_for_their_first_use(self) -> None:
        broken = copy.deepcopy(SHOP)
        del broken["components"]["schemas"]["Book"]
        broken["paths"]["/books/{id}"]["put"]["requestBody"] = body({"type": "nonsense"})
        made = compile_contract("shop", broken, FILE)
        declared = made.operations["putBook"].body
        assert declared is not None
        with pytest.raises(ContractError, match="is no JSON Schema"):
            declared.is_valid({})


def at(*steps: str) -> Callable[[Any], Any]:
    """What stands at a place of the document."""

    def find(node: Any) -> Any:
        for step in steps:
            node = node[step]
        return node

    return find


BOOKS = ("paths", "/books/{id}")
GET = (*BOOKS, "get")
OK = (*GET, "responses", "200")
EXAMPLES = (*OK, "content", "application/json", "examples")
PLACE = "#/paths/~1books~1{id}/get"

MISTAKES: list[tuple[tuple[str, ...], str, Any, str]] = [
    (GET, "operationId", None, f"{PLACE}/operationId: operationId is missing"),
    (
        GET,
        "operationId",
        "get book",
        f"{PLACE}/operationId: operationId 'get book' is no plain name",
    ),
    (GET, "operationId", "putBook", "/put/operationId: operationId putBook stands twice"),
    (GET, "x-provenance", None, f"{PLACE}: x-provenance is missing"),
    (GET, "x-provenance", {"is": "rumoured", "source": "x"}, f"{PLACE}/x-provenance: this says"),
    (GET, "x-provenance", {"is": "observed"}, f"{PLACE}/x-provenance: this says neither"),
    (GET, "x-provenance", "documented", f"{PLACE}/x-provenance: this says neither"),
    (OK, "x-provenance", None, f"{PLACE}/responses/200: x-provenance is missing"),
    ((*EXAMPLES, "OK"), "x-provenance", None, "/examples/OK: x-provenance is missing"),
    ((*EXAMPLES, "OK"), "value", None, "/examples/OK: an example needs its value"),
    (EXAMPLES, "TOO_MANY_REQUESTS", {"value": {}, "x-provenance": PROVENANCE}, "stands twice"),
    (EXAMPLES, "ok", {"value": {}, "x-provenance": PROVENANCE}, "'ok' is no name"),
    ((*OK, "content", "application/json"), "examples", {}, "needs a named example"),
    ((*OK, "content"), "text/plain", {}, "an answer has several media types"),
    ((*GET, "responses", "429"), "x-example-name", None, "an answer without a body needs a name"),
    ((*GET, "responses"), "4XX", empty("ANY"), "/responses/4XX: status 4XX is a range"),
    ((*GET, "responses"), "default", empty("ANY"), "status default is a range"),
    (GET, "responses", {}, f"{PLACE}/responses: there is no answer"),
    (GET, "responses", [], f"{PLACE}/responses: an object is wanted here"),
    (GET, "parameters", {}, f"{PLACE}/parameters: a list is wanted here"),
    (GET, "parameters", [{"name": "x", "in": "query"}], f"{PLACE}/parameters/0: a parameter needs"),
    (BOOKS, "parameters", [], f"{PLACE}/parameters: path parameters and path disagree about id"),
    (
        GET,
        "parameters",
        [parameter("path", "no", {})],
        "path parameters and path disagree about no",
    ),
    (GET, "x-variant-of", "nobody", "x-variant-of names nobody, which is no operation"),
    (GET, "x-variant-of", "getBookVersion", "x-variant-of names getBookVersion"),
    (GET, "security", [{"Cookie": []}], f"{PLACE}/security/0: no security scheme Cookie"),
    (GET, "requestBody", {"content": {}}, f"{PLACE}/requestBody/content: a body needs a media"),
    (GET, "x-also-at", ["/books/{id}/{version}"], "leads to getBook already"),
    ((), "security", [{"Cookie": []}], "#/security/0: no security scheme Cookie. There are: Key"),
    ((), "x-understudy-reads", "django", "#/x-understudy-reads: 'django' is no way to read. Write"),
    ((), "x-understudy-reads", {"dates": "any"}, "#/x-understudy-reads: {'dates': 'any'} is no"),
    ((), "servers", [], "#/servers: servers is missing"),
    ((), "servers", [{}], "#/servers/0: url is missing"),
    (("paths",), "books", {}, "#/paths: path 'books' is no path"),
    ((), "paths", {}, "#/paths: no operation says where it comes from"),
    (
        ("components", "securitySchemes"),
        "Key",
        {"type": "apiKey", "in": "query", "name": "key"},
        "#/components/securitySchemes/Key: this kind of credential is not read",
    ),
]


@pytest.mark.parametrize(("place", "key", "value", "message"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    place: tuple[str, ...], key: str, value: Any, message: str
) -> None:
    broken = copy.deepcopy(SHOP)
    target = at(*place)(broken)
    if value is None:
        del target[key]
    else:
        target[key] = value
    with pytest.raises(ContractError) as caught:
        compile_contract("shop", broken, FILE)
    assert message in str(caught.value)
    assert caught.value.where.startswith(f"{FILE}#/")
    assert caught.value.fix


@pytest.mark.parametrize(
    ("place", "key", "value", "message"),
    [
        (EXAMPLES, "OK", {"value": {}, "x-provenance": PROVENANCE}, "example OK breaks its own"),
        (("components", "schemas"), "Book", {"type": "nonsense"}, "is no JSON Schema"),
        (("components", "schemas"), "Book", {"pattern": "["}, "does not compile"),
        (("components", "schemas"), "Book", {"format": "int64"}, "no checker acts on format"),
        (("components", "schemas"), "Book", {"$ref": "#/components/schemas/No"}, "to nothing"),
        (GET, "parameters", [parameter("query", "q", {"type": "nonsense"})], "is no JSON Schema"),
        ((*BOOKS, "put"), "requestBody", body({"minimum": "x"}), "is no JSON Schema"),
        ((), "openapi", "3.0.3", "openapi is 3.0.3, not 3.1"),
    ],
)
def test_what_waits_for_its_first_use_is_found_by_verifying(
    place: tuple[str, ...], key: str, value: Any, message: str
) -> None:
    broken = copy.deepcopy(SHOP)
    at(*place)(broken)[key] = value
    with pytest.raises(ContractError) as caught:
        compile_contract("shop", broken, FILE, eager=True)
    assert message in str(caught.value)
    assert caught.value.where.startswith(FILE)


def test_a_vendors_own_document_is_told_in_one_line() -> None:
    own = {"/pets": {"get": {"responses": {"default": {"description": "Pets"}}}}}
    with pytest.raises(ContractError) as caught:
        compile_contract("looply", document(own), "petstore.yaml")
    assert str(caught.value) == (
        "petstore.yaml#/paths: no operation says where it comes from (x-provenance): "
        "this is not our contract. "
        "Understudy serves its own specs/looply.yaml, not a vendor's own document"
    )


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a document below its top."""
    steps = node.items() if isinstance(node, dict) else enumerate(node)
    for step, child in steps:
        yield (*path, step)
        if isinstance(child, dict | list):
            yield from places(child, (*path, step))


garbage = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("#/components"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["$ref", "type", "x", "schema", "in", "name"]), inner)
    ),
    max_leaves=4,
)


@settings(max_examples=300)
@given(place=st.sampled_from(list(places(SHOP))), value=garbage)
def test_garbage_anywhere_is_told_or_harmless(place: tuple[str | int, ...], value: Any) -> None:
    broken = copy.deepcopy(SHOP)
    parent: Any = broken
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    try:
        compile_contract("shop", broken, FILE, eager=True)
    except ContractError as refused:
        told = str(refused)
        assert told.startswith(FILE)
        assert told.count("\n") == 0


def test_a_circle_of_references_ends() -> None:
    circle = {"A": {"$ref": "#/components/responses/B"}, "B": {"$ref": "#/components/responses/A"}}
    broken = copy.deepcopy(SHOP)
    broken["components"]["responses"] |= circle
    broken["paths"]["/books/{id}"]["get"]["responses"]["200"] = circle["A"]
    with pytest.raises(ContractError, match=r"\$ref runs in a circle"):
        compile_contract("shop", broken, FILE)


class TestServers:
    def test_variables_have_their_defaults(self) -> None:
        server = {
            "url": "https://{region}.shop.example/{base}/",
            "variables": {"region": {"default": "eu"}, "base": {"default": "v2"}},
        }
        made = compile_contract("shop", {**SHOP, "servers": [server]}, FILE)
        assert made.servers == ("https://eu.shop.example/v2/",)
        assert made.base_path == "/v2"

    @pytest.mark.parametrize(
        ("url", "base"), [("/", ""), ("/__admin", "/__admin"), ("https://x", "")]
    )
    def test_a_base_path_may_be_all_or_nothing(self, url: str, base: str) -> None:
        made = compile_contract("shop", {**SHOP, "servers": [{"url": url}]}, FILE)
        assert made.base_path == base
        assert made.operations["getBook"].path == f"{base}/books/{{id}}"


class TestHandlers:
    shop = compile_contract("shop", SHOP, FILE)

    def test_one_for_each_that_is_no_variant(self) -> None:
        check_handlers(self.shop, {"getBook": 1, "putBook": 2})

    @pytest.mark.parametrize(
        ("handlers", "message"),
        [
            (["getBook"], "no handler serves putBook."),
            (["getBook", "putBook", "burnBook"], "nothing declares burnBook."),
            (["getBook", "putBook", "getBookVersion"], "nothing declares getBookVersion."),
            (["burnBook"], "no handler serves getBook, putBook; nothing declares burnBook."),
        ],
    )
    def test_no_other_set_will_do(self, handlers: list[str], message: str) -> None:
        with pytest.raises(ContractError) as caught:
            check_handlers(self.shop, handlers)
        assert str(caught.value) == (
            f"{FILE}#/paths: this is not the contract shop is built for: {message} "
            "Understudy serves its own specs/shop.yaml, not a vendor's own document"
        )


class TestShipped:
    @pytest.mark.parametrize("vendor", resources.specs())
    def test_every_shipped_contract_is_sound(self, vendor: str) -> None:
        path = resources.spec(vendor)
        verify(compile_contract(vendor, load(path), f"specs/{path.name}", eager=True))
