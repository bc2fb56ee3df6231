"""Base paths: of every server, with and without variables, of an operation alone."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.operation import Match

from .small_contracts import GOOD, users


class TestServers:
    def find(self, servers: list[Any], path: str, own: Any = None) -> Any:
        paths = {"/pets/{id}": {"get": {"operationId": "getPet", **GOOD, **(own or {})}}}
        found = users(paths, servers=servers).find("GET", path)
        return found.values if isinstance(found, Match) else None

    @pytest.mark.parametrize("path", ["/v1/pets/7", "/pets/7"])
    def test_a_base_path_may_stand_before_it_or_not(self, path: str) -> None:
        assert self.find([{"url": "https://api.yard.example/v1/"}], path) == ("7",)

    @pytest.mark.parametrize("path", ["/v2/pets/7", "/v1/v1/pets/7", "/v1", "/v1/"])
    def test_no_other_base_does(self, path: str) -> None:
        assert self.find([{"url": "https://api.yard.example/v1"}], path) is None

    def test_every_server_has_its_base(self) -> None:
        servers = [{"url": "/a/b"}, {"url": "c"}, {"url": "https://yard.example"}]
        assert self.find(servers, "/a/b/pets/7") == ("7",)
        assert self.find(servers, "/c/pets/7") == ("7",)

    def test_variables_have_their_values(self) -> None:
        variables = {"version": {"default": "v1", "enum": ["v1", "v2"]}, "tenant": {"default": "t"}}
        servers = [{"url": "https://x.example/{tenant}/{version}", "variables": variables}]
        assert self.find(servers, "/t/v1/pets/7") == ("7",)
        assert self.find(servers, "/other/v2/pets/7") == ("7",)
        assert self.find(servers, "/t/v3/pets/7") is None

    def test_an_operation_may_have_its_own(self) -> None:
        own = {"servers": [{"url": "https://upload.yard.example/upload/v2"}]}
        servers = [{"url": "https://yard.example/v1"}]
        for path in ("/upload/v2/pets/7", "/pets/7", "/v1/pets/7"):
            assert self.find(servers, path, own) == ("7",)
        paths = {"/pets/{id}": {"get": {**GOOD, **own}}}
        yard = users(paths, servers=servers)
        assert yard.operations["get_pets_id"].path == "/upload/v2/pets/{id}"
        assert yard.servers == ("https://yard.example/v1", "https://upload.yard.example/upload/v2")

    def test_one_without_a_url_is_told(self) -> None:
        yard = users({}, servers=[{}, 3])
        assert [each.where for each in yard.warnings][:2] == [
            "yard.yaml#/servers/0",
            "yard.yaml#/servers/1",
        ]
