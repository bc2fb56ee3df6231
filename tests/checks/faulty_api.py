"""A small API of our own to check: plots of two gardens, and mistakes that can be switched on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, unquote

KEYS = {"north": "key-north", "south": "key-south"}
BASE = "/v1"
CROPS = ("bean", "leek", "pea")

PLOT: dict[str, Any] = {
    "type": "object",
    "required": ["plot_id", "crop", "size"],
    "properties": {
        "plot_id": {"type": "string", "pattern": "^plot-[0-9]{1,9}$"},
        "crop": {"type": "string", "enum": list(CROPS)},
        "size": {"type": "integer", "minimum": 1, "maximum": 100},
    },
    "additionalProperties": False,
}
REFUSED = {
    "description": "Refused",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["message"],
                "properties": {"message": {"type": "string"}},
            }
        }
    },
}


def _json(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _operation(name: str, success: dict[str, Any], *refusals: str, **more: Any) -> dict[str, Any]:
    responses = {**success, **dict.fromkeys(("400", "401", *refusals), REFUSED)}
    return {"operationId": name, "responses": responses, **more}


def contract() -> dict[str, Any]:
    """The garden's OpenAPI 3.1 document."""
    plot = {"$ref": "#/components/schemas/Plot"}
    wanted = {name: PLOT["properties"][name] for name in ("crop", "size")}
    seed = {**PLOT, "required": list(wanted), "properties": wanted}
    many = {
        "type": "object",
        "required": ["plots"],
        "properties": {"plots": {"type": "array", "items": plot}},
    }
    plot_id = {
        "name": "plot_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "examples": {"one": {"value": "plot-1"}},
    }
    harvest_id = {**plot_id, "in": "query"}
    size = {"type": "integer", "minimum": 1, "maximum": 5}
    limit = {"name": "limit", "in": "query", "schema": size}
    follow = {
        name: {"operationId": name, "parameters": {"plot_id": "$response.body#/plot_id"}}
        for name in ("getPlot", "getHarvest", "removePlot")
    }
    created = {**_json(plot, "Made"), "links": follow}
    content = {"schema": seed, "example": {"crop": "pea", "size": 3}}
    body = {"required": True, "content": {"application/json": content}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Garden", "version": "1"},
        "servers": [{"url": "https://garden.example" + BASE}],
        "security": [{"key": []}],
        "paths": {
            "/plots": {
                "get": _operation("listPlots", {"200": _json(many, "Plots")}, parameters=[limit]),
                "post": _operation("createPlot", {"201": created}, requestBody=body),
            },
            "/plots/{plot_id}": {
                "parameters": [plot_id],
                "get": _operation("getPlot", {"200": _json(plot, "A plot")}, "404"),
                "delete": _operation("removePlot", {"204": {"description": "Gone"}}, "404"),
            },
            "/harvest": {
                "get": _operation(
                    "getHarvest", {"200": _json(plot, "A harvest")}, "404", parameters=[harvest_id]
                )
            },
        },
        "components": {
            "schemas": {"Plot": PLOT},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}},
        },
    }


class Refused(Exception):
    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers


class Garden:
    """The API as an ASGI app; `mistakes` names what it does wrong."""

    def __init__(self, mistakes: Iterable[str] = ()) -> None:
        self.mistakes = frozenset(mistakes)
        self.plots: dict[str, dict[str, dict[str, Any]]] = {
            "north": {
                f"plot-{n}": {"plot_id": f"plot-{n}", "crop": "pea", "size": n} for n in (1, 2)
            },
            "south": {"plot-9": {"plot_id": "plot-9", "crop": "leek", "size": 9}},
        }
        self.made = 100

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])  # ASGI's way to say that it has no lifespan
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        path, query = scope["raw_path"].decode(), scope["query_string"].decode()
        extra: dict[str, str] = {}
        try:
            status, value = self.answer(scope["method"], path, query, headers, body)
        except Refused as refused:
            status, value, extra = refused.status, {"message": str(refused)}, refused.headers
        sent = [(name.encode(), text.encode()) for name, text in extra.items()]
        if value is not None:
            sent.append((b"content-type", b"application/json"))
        content = b"" if value is None else json.dumps(value).encode()
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": content})

    def answer(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        inner = path.removeprefix(BASE)
        named = re.fullmatch(r"/plots/([^/]+)", inner)
        allow = "GET, DELETE" if named else {"/plots": "GET, POST", "/harvest": "GET"}.get(inner)
        if allow is None:
            raise Refused(404, "no such path")
        if method not in allow.split(", "):
            raise Refused(405, "no such method", allow=allow)
        mine = self.plots[self.owner(headers.get("x-key"))]
        try:
            values = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query))
            given = [unquote(named[1], errors="strict")] if named else values.get("plot_id")
        except ValueError:
            raise Refused(400, "no text") from None
        if inner == "/plots":
            return self.list(mine, values) if method == "GET" else self.create(mine, body)
        if not given:
            raise Refused(400, "plot_id is missing")
        return self.one(method, mine, given[0])

    def owner(self, key: str | None) -> str:
        for name, known in KEYS.items():
            if key == known:
                return name
        if "open" in self.mistakes:
            return "north"
        raise Refused(401, "who are you?")

    def one(self, method: str, mine: dict[str, Any], plot_id: str) -> tuple[int, Any]:
        seen = mine
        if "leaks" in self.mistakes:
            seen = {name: plot for plots in self.plots.values() for name, plot in plots.items()}
        found = seen.get(plot_id)
        if found is None or "empty" in self.mistakes:
            raise Refused(404, "no such plot")
        if "boom" in self.mistakes and method == "GET":
            raise Refused(500, "boom")
        if method == "GET":
            return 200, {**found, "size": str(found["size"])} if "typed" in self.mistakes else found
        if "zombie" not in self.mistakes:
            mine.pop(plot_id, None)
        return 204, None

    def list(self, mine: dict[str, Any], values: dict[str, list[str]]) -> tuple[int, Any]:
        limit = values.get("limit", ["5"])[0]
        good = re.fullmatch("[1-5]", limit)
        if not good and "lax" not in self.mistakes:
            raise Refused(400, "limit")
        return 200, {"plots": list(mine.values())[: int(limit) if good else 5]}

    def create(self, mine: dict[str, Any], body: bytes) -> tuple[int, Any]:
        try:
            value = json.loads(body)
        except ValueError:
            raise Refused(400, "no JSON") from None
        if not is_plot(value) or "picky" in self.mistakes:
            raise Refused(400, "no plot")
        self.made += 1
        plot = {**value, "plot_id": f"plot-{self.made}", "size": int(value["size"])}
        mine[plot["plot_id"]] = plot
        return (202 if "undocumented" in self.mistakes else 201), plot


def is_plot(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"crop", "size"}
        and value["crop"] in CROPS
        and isinstance(value["size"], int | float)
        and not isinstance(value["size"], bool)
        and value["size"] == int(value["size"])
        and 1 <= value["size"] <= 100
    )
