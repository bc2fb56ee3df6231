"""Loading a contract: what is read, what is refused with its place, what the cache may not harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from understudy.errors import ContractError
from understudy.openapi.cache import KEPT, recall
from understudy.openapi.document import FORMAT, load
from understudy.resources import CACHE

from .small_contracts import document, operation

SHOP = document({"/books": {"get": operation("listBooks")}})


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE, str(folder))
    return folder


def refusal(text: str) -> str:
    with pytest.raises(ContractError) as caught:
        load(text, "shop.yaml")
    return str(caught.value)


class TestReading:
    def test_yaml_and_json_of_the_same_document_are_equal(self) -> None:
        assert load(yaml.safe_dump(SHOP)) == load(json.dumps(SHOP)) == SHOP

    def test_a_file_is_read_and_named(self, tmp_path: Path, cache: Path) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        assert load(file) == SHOP

    def test_a_byte_order_mark_is_no_part_of_it(self, tmp_path: Path, cache: Path) -> None:
        file = tmp_path / "shop.yaml"
        file.write_bytes(b"\xef\xbb\xbf" + yaml.safe_dump(SHOP).encode())
        assert load(file) == SHOP

    def test_statuses_are_texts(self) -> None:
        text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {description: no}}}}}"
        assert load(text)["paths"]["/a"]["get"]["responses"] == {"200": {"description": "no"}}


class TestRefusals:
    def test_swagger(self) -> None:
        assert refusal("swagger: '2.0'\npaths: {}") == (
            "shop.yaml#/swagger: this is Swagger 2.0. Convert it to OpenAPI 3.1"
        )

    def test_openapi_3_0(self) -> None:
        assert refusal("openapi: 3.0.3\npaths: {}") == (
            "shop.yaml#/openapi: openapi is 3.0.3, not 3.1. "
            "Write `openapi: 3.1.0`; older documents must be converted"
        )

    @pytest.mark.parametrize("text", ["", "[]", "just words", "3"])
    def test_no_mapping_at_all(self, text: str) -> None:
        assert refusal(text) == (
            "shop.yaml: this is no OpenAPI document. It begins with `openapi: 3.1.0`"
        )

    def test_no_version(self) -> None:
        assert refusal("paths: {}").startswith("shop.yaml#/openapi: openapi is missing.")

    def test_no_paths(self) -> None:
        assert refusal("openapi: 3.1.0").startswith("shop.yaml#/paths: paths is missing.")

    def test_a_key_twice_in_yaml(self) -> None:
        assert refusal("openapi: 3.1.0\npaths:\n  /a/b: {}\n  /a/b: {}\n") == (
            "shop.yaml:4: `/a/b` stands here twice (first in line 3). Remove one"
        )

    def test_a_key_twice_in_json(self) -> None:
        assert refusal('{"openapi": "3.1.0", "openapi": "3.1.0"}') == (
            "shop.yaml: 'openapi' stands twice in one object. Remove one of them"
        )

    def test_broken_yaml_names_the_line(self) -> None:
        assert refusal("openapi: 3.1.0\npaths: [").startswith("shop.yaml:3: this is no YAML")

    def test_broken_json_names_the_line(self) -> None:
        assert refusal('{"openapi":\n nope}').startswith("shop.yaml:2: is no JSON")

    @pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
    def test_a_number_that_is_none(self, number: str) -> None:
        assert refusal(f'{{"a": {number}}}') == (
            f"shop.yaml: {number} is no number in JSON. Write a finite number"
        )

    def test_an_unknown_tag(self) -> None:
        assert "shop.yaml:1: the tag !secret" in refusal("a: !secret b")

    def test_a_key_that_is_no_text(self) -> None:
        assert "shop.yaml:1: a list or a mapping as a key" in refusal("? [a]\n: b")

    def test_endless_aliases(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
        assert "more than 400000 values, its aliases written out" in refusal("\n".join(lines))

    def test_an_alias_inside_itself(self) -> None:
        assert refusal("a: &a [*a]") == "shop.yaml:1: *a stands inside &a itself. Write it out"

    @pytest.mark.parametrize(
        "text",
        [
            "a: " + "[" * 100_000,
            "a: " + "{a: " * 100_000,
            "- " * 100_000,
            "[" * 600 + "]" * 600,
        ],
    )
    def test_nesting_without_end(self, text: str) -> None:
        assert refusal(text).startswith("shop.yaml:1: ")
        assert "nest" in refusal(text)

    def test_nesting_without_end_in_json(self) -> None:
        assert "is no JSON" in refusal('{"a": ' + "[" * 100_000)

    def test_a_reference_that_leaves_the_document(self) -> None:
        text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {$ref: 'other.yaml#/x'}}}}}"
        assert refusal(text) == (
            "shop.yaml#/paths/~1a/get/responses/200: $ref 'other.yaml#/x' leaves the document. "
            "Write `#/components/...`"
        )

    def test_a_reference_to_nothing(self) -> None:
        text = "openapi: 3.1.0\npaths: {/a: {$ref: '#/components/pathItems/b'}}"
        assert refusal(text) == (
            "shop.yaml#/paths/~1a: $ref #/components/pathItems/b points to nothing. "
            "Declare it, or mend the name"
        )

    def test_a_pattern_nobody_can_compile(self) -> None:
        text = "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {pattern: '['}}}"
        assert refusal(text) == (
            "shop.yaml#/components/schemas/A/pattern: pattern '[' does not compile. "
            "Write an ECMA 262 expression"
        )

    def test_a_format_nobody_checks(self) -> None:
        text = "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {format: int32}}}"
        assert "shop.yaml#/components/schemas/A/format: no checker acts on format 'int32'" in (
            refusal(text)
        )

    def test_data_is_never_mistaken_for_schemas(self) -> None:
        schema = {
            "properties": {"default": {"type": "string"}, "example": {"$ref": "#/paths"}},
            "example": {"$ref": "nowhere", "format": "nothing"},
            "default": {"pattern": "["},
            "enum": [{"$ref": "nowhere"}],
            "examples": [{"$ref": "nowhere"}],
            "x-note": {"$ref": "nowhere"},
        }
        made = document({}, components={"schemas": {"A": schema}})
        assert load(json.dumps(made)) == made

    def test_a_property_called_like_a_data_keyword_is_looked_at(self) -> None:
        schema = {"properties": {"default": {"$ref": "#/nowhere"}}}
        text = json.dumps(document({}, components={"schemas": {"A": schema}}))
        assert "#/components/schemas/A/properties/default: $ref #/nowhere" in refusal(text)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ContractError, match=r"none\.yaml: cannot be read: No such file"):
            load(tmp_path / "none.yaml")

    def test_a_file_that_is_no_utf_8(self, tmp_path: Path, cache: Path) -> None:
        (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
        with pytest.raises(ContractError, match=r"is no UTF-8 at byte 3"):
            load(tmp_path / "latin.yaml")


class TestCache:
    def test_the_second_load_parses_nothing(
        self, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        load(file)
        monkeypatch.setattr("understudy.openapi.document.parse", pytest.fail)
        assert load(file) == SHOP
        assert [each.suffix for each in cache.iterdir()] == [".json"]

    def test_other_content_is_parsed_again(self, tmp_path: Path, cache: Path) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        load(file)
        file.write_text(yaml.safe_dump({**SHOP, "info": {"title": "Other", "version": "8"}}))
        assert load(file)["info"] == {"title": "Other", "version": "8"}

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000])
    def test_a_broken_cache_is_no_harm(self, tmp_path: Path, cache: Path, content: bytes) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        load(file)
        (kept,) = cache.iterdir()
        kept.write_bytes(content)
        assert load(file) == SHOP
        assert recall(*kept.stem.rsplit("-", 1)) == SHOP

    def test_a_folder_that_cannot_be_is_no_harm(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        monkeypatch.setenv(CACHE, str(file / "below-a-file"))
        assert load(file) == SHOP

    def test_old_versions_make_room(self, tmp_path: Path, cache: Path) -> None:
        file = tmp_path / "shop.yaml"
        for version in range(KEPT + 3):
            file.write_text(yaml.safe_dump({**SHOP, "info": {"version": str(version)}}))
            load(file)
        assert len(list(cache.iterdir())) == KEPT

    def test_a_refused_document_is_not_kept(self, tmp_path: Path, cache: Path) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text("openapi: 3.0.0")
        with pytest.raises(ContractError, match=r"not 3\.1"):
            load(file)
        assert not cache.exists()

    def test_another_format_of_the_cache_is_not_read(
        self, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "shop.yaml"
        file.write_text(yaml.safe_dump(SHOP))
        load(file)
        monkeypatch.setattr("understudy.openapi.document.FORMAT", FORMAT + 1)
        load(file)
        assert len(list(cache.iterdir())) == 2
