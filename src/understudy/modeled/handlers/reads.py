"""What only reads: one record, lists, views, and answers with nothing behind them."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.modeled.handlers.answering import answer, is_known, of_example, retry_after, tags
from understudy.modeled.paging import Page, envelope, links, window
from understudy.modeled.plan import Plan
from understudy.modeled.queries import filtered, is_asked, ordered
from understudy.modeled.records import ALONE, Item, joined
from understudy.modeled.request_lookup import NOT_FOUND, above, leaves, owned, the
from understudy.modeled.rows import Rows
from understudy.simulation.world import World
from understudy.vendor import Missing, Reply, Request, refusal


def read_record(plan: Plan, request: Request, world: World) -> Reply:
    """One record."""
    item = the(plan, request, world)
    if is_known(plan, request, item):
        return Reply(304, None, headers=tags(plan, item), undocumented=True)
    return answer(plan, plan.show(item), [*tags(plan, item), *retry_after(plan, item, world)])


def list_records(plan: Plan, request: Request, world: World) -> Reply:
    """A page of a collection's records."""
    owned(plan, request, world, item=False)
    owner = plan.owner(request.values, item=False)
    scope = plan.scope(request.values, item=False)
    index, key = ("owner", owner) if owner else ("scope", joined(scope))
    if plan.collection is not None and len(scope) < plan.depth:
        index, key = "every", ALONE
    return _page(plan, request, _narrowed(plan, request, world, _all(world, plan, index, key)))


def view_records(plan: Plan, request: Request, world: World) -> Reply:
    """Known records from another place: a list of them, or the one that is meant."""
    everything = _narrowed(plan, request, world, _all(world, plan, "every", ALONE))
    if plan.behaviour.answer is None:
        return _page(plan, request, everything)
    found = filtered(plan.listing, request.values, everything)
    if not found:
        said = ", ".join(str(request.values[each]) for each in plan.parameters) or "one"
        missing = Missing(plan.of, said)
        raise refusal(NOT_FOUND, f"{plan.of} has no {said}", missing=missing)
    return answer(plan, plan.show(found[0]), tags(plan, found[0]))


def act(plan: Plan, request: Request, world: World) -> Reply:
    """A write whose effect nobody knows: 404 of an unknown record, else the record or a sample."""
    item = above(plan, request, world)
    if item is not None and plan.behaviour.answer is not None:
        return answer(plan, plan.show(item))
    return of_example(plan, {})


def sample_answer(plan: Plan, request: Request, world: World) -> Reply:
    """An example, else a sample; below a record of a collection, 404 where that is not there."""
    above(plan, request, world)
    return of_example(plan, {})


def example_answer(plan: Plan, request: Request, world: World) -> Reply:
    """An example, else a sample, whatever is asked."""
    return of_example(plan, {})


def record_leaves(plan: Plan, item: Item) -> Reply:
    """The operation's example, with what it mentions of a record."""
    return of_example(plan, leaves(item))


def _all(world: World, plan: Plan, index: str, key: str) -> Rows:
    return Rows(world[plan.of], index, key)


def _narrowed(plan: Plan, request: Request, world: World, found: Rows) -> Sequence[Item]:
    """Those of them that are meant, where somebody said which."""
    acting = plan.api.acting
    return found if acting is None else acting.narrowed(plan, request, world, found)


def _page(plan: Plan, request: Request, everything: Sequence[Item]) -> Reply:
    found: Sequence[Item] = everything
    if is_asked(plan.listing, request.values):
        found = filtered(plan.listing, request.values, found)
        found = ordered(plan.listing, request.values, plan.fields, found)
    part = window(plan, request.values, found)
    page = Page(found[part.start : part.start + part.size], part, len(found))
    body, headers = envelope(plan, request, page), []
    for name in plan.headers:
        if name.lower() == "link":
            headers.append((name, links(plan, request, page)))
        elif name.lower() in ("x-total-count", "x-total", "total-count"):
            headers.append((name, str(page.total)))
    return answer(plan, body, headers)
