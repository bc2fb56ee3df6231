"""What each role of the model does when one of its operations is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from understudy.errors import ContractError
from understudy.modeled.handlers import calls, events, links, reads, writes
from understudy.modeled.handlers.answering import accepted, as_wanted
from understudy.modeled.handlers.idempotency import once
from understudy.modeled.model import Role
from understudy.modeled.plan import Api, Plan
from understudy.modeled.tokens import hand_out_token, hands_out_tokens
from understudy.simulation.world import World
from understudy.vendor import Handler, Problem, Reply, Request

Handle = Callable[[Plan, Request, World], Reply]

ROLES: Mapping[Role, Handle] = {
    "list": reads.list_records,
    "read": reads.read_record,
    "view": reads.view_records,
    "create": writes.create_record,
    "replace": writes.replace_record,
    "merge": writes.merge_record,
    "delete": writes.delete_record,
    "subdocument": writes.one_document,
    "singleton": writes.one_document,
    "action": reads.act,
    "event": events.happen,
    "sample": reads.sample_answer,
    "link": links.link,
    "rpc": calls.call,
}


class Handlers(Mapping[str, Handler]):
    """The handlers by operationId, each made when it is first called."""

    def __init__(self, api: Api, own: Mapping[str, Handler], *, stateless: bool = False) -> None:
        self._api = api
        self._own = own
        self._stateless = stateless
        self._made: dict[str, Handler] = {}

    def __getitem__(self, operation_id: str) -> Handler:
        found = self._made.get(operation_id)
        if found is None:
            found = self._made[operation_id] = self._make(operation_id)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._api.contract.operations)

    def __len__(self) -> int:
        return len(self._api.contract.operations)

    def _make(self, operation_id: str) -> Handler:
        operation = self._api.contract.operations[operation_id]
        if operation_id in self._own:
            return self._own[operation_id]
        if operation.broken is not None:
            return partial(refuse_broken, operation.broken)
        if hands_out_tokens(self._api.contract, operation):
            return hand_out_token
        plan = self._api.plan(operation)
        behave: Handle = reads.example_answer if self._stateless else ROLES[plan.behaviour.role]

        def handle(request: Request, world: World) -> Reply:
            accept = request.call.headers.get("accept")
            if accept is None or accept == "*/*":
                return behave(plan, request, world)
            wanted = accepted(plan, accept)  # before anything changes
            return as_wanted(plan, behave(plan, request, world), wanted)

        if self._stateless:
            return handle
        acting = self._api.acting
        return once(plan, handle if acting is None else acting.around(plan, handle))


def refuse_broken(error: ContractError, request: Request, world: World) -> Reply:
    """Nothing can be made of what the document says of this operation."""
    raise Problem("broken", str(error))
