"""Writes at a record's own path: what replaces it, what merges into it, what does neither."""

from __future__ import annotations

from understudy.modeled.inference.collections import Place
from understudy.modeled.inference.paths import Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import LIKE
from understudy.modeled.model import Operation, Role

PATCHES = "application/json-patch+json"
ROLES: dict[str, Role] = {"put": "replace", "patch": "merge", "post": "merge"}


def update(reading: Reading, route: Route, place: Place, by: str) -> Operation | None:
    """The update that a PUT, PATCH or POST is; None: what is sent or answered is another thing."""
    if route.method == "post" and _has_another(route, place):
        return None
    sent, answered = reading.sent(route, place), reading.answered(route, place)
    like = reading.like(sent, place)
    if answered is not None:
        needed = 0.0 if route.method == "patch" else LIKE / 2 if route.method == "put" else LIKE
        fits = like > needed or (route.method == "patch" and is_patch(route))
    else:
        quiet = reading.is_slight(route, place) or reading.is_silent(route)
        fits = quiet and like >= LIKE
    if not fits or route.path.verb:
        return None
    if route.path.key != place.item and place.id not in reading.schemas.properties(
        sent.node if sent else place.record
    ):
        return None  # nothing says which record
    what = "answers the record" if answered is not None else "is sent what the record has"
    role = "merge" if _is_partial(reading, route, place) else ROLES[route.method]
    return Operation(
        role,
        place.name,
        6,
        f"{route.method.upper()} {route.path.text} {what}",
        by=by,
        body=sent.pointer if sent else "",
        answer=answered.pointer if answered is not None else None,
    )


def _has_another(route: Route, place: Place) -> bool:
    """Whether PUT or PATCH updates there, so that POST must mean something else."""
    at = route.path.key
    return any(each.method in ("put", "patch") and each.path.key == at for each in place.routes)


def _is_partial(reading: Reading, route: Route, place: Place) -> bool:
    """Whether a PUT demands nothing where making one does: it cannot be all of the record."""
    made = next(
        (each for each in place.routes if each.path.key == place.key and each.method == "post"),
        None,
    )
    if route.method != "put" or route.path.key != place.item or made is None:
        return False
    sent, whole = reading.sent(route, place), reading.sent(made, place)
    return bool(sent and whole and reading.required(whole.node) and not reading.required(sent.node))


def is_patch(route: Route) -> bool:
    """Whether it takes a list of operations on what stands there (RFC 6902)."""
    return PATCHES in route.raw.get("requestBody", {}).get("content", {})
