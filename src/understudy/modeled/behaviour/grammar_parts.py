"""Parts that the grammar of a behaviour is made of."""

from __future__ import annotations

from typing import Any

NAME = r"^[A-Za-z_][A-Za-z0-9_./:-]{0,199}$"
SPAN = r"^[0-9]+(\.[0-9]+)?[a-z]+|^\$\{"


def closed(title: str, properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """A mapping with these keys and no others."""
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "maxLength": 4_000, **more}


def whole(least: int, description: str, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def mapping(description: str, inside: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "maxProperties": 500,
        "additionalProperties": inside,
        "description": description,
    }


def values(description: str) -> dict[str, Any]:
    """Names with values in which `${...}` is filled in."""
    return {"type": "object", "maxProperties": 200, "description": f"{description}, with ${{...}}"}


def one_or_more(description: str, inside: dict[str, Any], most: int = 100) -> dict[str, Any]:
    many = {"type": "array", "items": inside, "minItems": 1, "maxItems": most}
    title = inside.get("title", "a text")
    return {"title": title, "description": description, "anyOf": [inside, many]}


def duration(description: str) -> dict[str, Any]:
    return text(f"{description}: 30m, 2d, or ${{...}} that gives one")


def refusal(*, event: bool = False) -> dict[str, Any]:
    """What is answered: by name, by status, or in full."""
    forms: list[dict[str, Any]] = [
        {"type": "string", "maxLength": 200},
        {"type": "integer", "minimum": 100, "maximum": 599},
        closed(
            "an answer",
            {
                "answer": text("the name of one of the document's answers"),
                "status": whole(100, "its status", 599),
                "body": {"description": "its body, with ${...}"},
                "headers": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "headers beside, with ${...}",
                },
            },
            minProperties=1,
        ),
    ]
    if event:
        forms.append(closed("an event", {"event": text("an event instead")}, "event"))
    return {"title": "an answer", "anyOf": forms}
