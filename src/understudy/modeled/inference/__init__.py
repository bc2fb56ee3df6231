"""Behaviour read off a document: the eleven rules, from its paths and schemas to a Model.

Whatever a rule is not sure of is an action or a sample: a wrong guess is worse than those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.inference.bodies import routes
from understudy.modeled.inference.collections import by_path, places
from understudy.modeled.inference.documents import documents
from understudy.modeled.inference.links import links
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.roles import Roles
from understudy.modeled.inference.rpc import calls
from understudy.modeled.model import Collection, Model, Operation
from understudy.modeled.schemas import Schemas


def infer(document: Mapping[str, Any]) -> Model:
    """The model of a document in OpenAPI 3.1, `$ref`s and all; nothing in it is changed."""
    schemas = Schemas(document)
    paths = by_path(routes(schemas))
    reading = Reading(schemas, paths, places(schemas, paths))
    roles = Roles(reading)
    collections: dict[str, Collection] = {}
    operations: dict[str, Operation] = {}
    for route, operation in roles.of_collections():
        operations[route.id] = operation
    collections |= roles.collections()
    for single, claimed in documents(reading, operations, collections):
        collections |= single
        operations |= claimed
    for linked, claimed in links(reading, operations, collections):
        collections |= linked
        operations |= claimed
    used = {each.of for each in operations.values()}
    collections = {name: each for name, each in collections.items() if name in used}
    for rpc, claimed in calls(reading, operations, collections):
        collections |= rpc
        operations |= claimed
    for route, operation in roles.rest(operations, collections):
        operations[route.id] = operation
    in_order = {each.id: operations[each.id] for group in paths.values() for each in group}
    return Model(collections, in_order)
