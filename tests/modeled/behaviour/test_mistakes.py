"""Sections that somebody got wrong, each with its exact message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.behaviour.documents import SHOP, section
from understudy.errors import ScenarioError
from understudy.modeled.assembly import modeled
from understudy.modeled.section import Section

# In a lifecycle whose first transition makes orders: the second one, and what is wrong with it.
ROW = "orders: { state: status, lifecycle: [{ event: createOrder, to: created }, %s] }"
TRANSITIONS = {
    "{ event: payOrder, form: created }": (
        "form: `form` is no key of a transition. Did you mean `from`? There are event, "
        "from, to, if, else, set, after, then"
    ),
    "{ event: payOrder, from: crated }": (
        "from: `status` cannot be `crated`. Did you mean `created`? There are created, "
        "paid, shipped, delivered, cancelled"
    ),
    "{ event: payOrder, if: body.amount >= record.totl }": (
        "if: `record` has no `totl`, at character 23 of `body.amount >= record.totl`. Did "
        "you mean `total`? There are id, reference, status, total, carrier, customer_id, "
        "paid_at, lines, note"
    ),
    "{ event: payOrder, if: body.amunt > 1 }": (
        "if: `body` has no `amunt`, at character 6 of `body.amunt > 1`. Did you mean "
        "`amount`? There are amount"
    ),
    "{ event: payOrder, if: body.amount + 1 }": (
        "if: `body.amount + 1` is a whole number, wanted is true or false. Write a comparison"
    ),
    "{ event: payOrder, if: body.amount >= }": (
        "if: it ends too early, at character 15 of `body.amount >=`. Wanted is a value"
    ),
    "{ event: payOrder, if: body.amount == 'a' }": (
        "if: `body.amount` is a whole number and `'a'` is a text: they are never the "
        "same, at character 13 of `body.amount == 'a'`"
    ),
    "{ event: payOrder, if: query.amount > 1 }": (
        "if: `query` has no `amount`, at character 7 of `query.amount > 1`. There are none here"
    ),
    "{ event: expire, if: body.amount > 1 }": (
        "if: there is no `body` here, at character 1 of `body.amount > 1`. There are "
        "orders, customers, invoices, products, now, record, id, caller, event"
    ),
    "{ event: payOrder, else: AMOUNT_TOO_SMALL }": (
        "else: `else` needs an `if`. Say `if`, or leave `else` out"
    ),
    "{ event: payOrder, if: 'true', else: TOO_SMALL }": (
        "else: no answer is called `TOO_SMALL`. Did you mean `AMOUNT_TOO_SMALL`? There "
        "are OK, NOT_FOUND, CONFLICT, AMOUNT_TOO_SMALL"
    ),
    "{ event: payOrder, if: 'true', else: { event: fail } }": (
        "else/event: no event is called `fail`. There are createOrder, payOrder"
    ),
    '{ event: payOrder, set: { totl: "${body.amount}" } }': (
        "set/totl: one of orders has no `totl`. Did you mean `total`? There are id, "
        "reference, status, total, carrier, customer_id, paid_at, lines, note"
    ),
    '{ event: payOrder, set: { total: "${record.status}" } }': (
        "set/total: `total` is a whole number, and `${record.status}` gives a text. Write "
        "what it can be"
    ),
    '{ event: payOrder, set: { total: "${body.amount * 1.5}" } }': (
        "set/total: `total` is a whole number, and `${body.amount * 1.5}` gives a number. "
        "Write int(...)"
    ),
    "{ event: payOrder, set: { total: -1 } }": (
        "set/total: `total` cannot be `-1`: it must be at least 0; got -1. The document "
        "says what it may be"
    ),
    '{ event: payOrder, set: { note: "${record.note" } }': (
        "set/note: `${` has no end, at character 1 of `${record.note`. Close it with }"
    ),
    "{ event: expire, after: soon }": (
        "after: 'soon' is no duration. Write whole numbers with w, d, h, m, s or ms, the "
        "largest first: 90s, 1h30m"
    ),
    '{ event: expire, after: "${record.total}" }': (
        "after: `${record.total}` is a whole number, wanted is a duration or an instant. "
        "Write days(7), or 7d"
    ),
    "{ event: payOrder, then: { make: invoice } }": (
        "then/make: there is no collection `invoice`. Did you mean `invoices`? There are "
        "orders, customers, invoices, products"
    ),
    "{ event: payOrder, then: { make: invoices, with: { sum: 1 } } }": (
        "then/with/sum: one of invoices has no `sum`. There are id, amount, customer_id"
    ),
    "{ event: payOrder, then: { event: close, of: record } }": (
        "then/event: orders have no event `close`. There are createOrder, payOrder"
    ),
    "{ event: payOrder, then: { event: payOrdr, of: record } }": (
        "then/event: orders have no event `payOrdr`. Did you mean `payOrder`? There are "
        "createOrder, payOrder"
    ),
    "{ event: payOrder, then: { event: payOrder, of: record.total } }": (
        "then/of: `record.total` gives a whole number, wanted is a record or several. "
        "Write orders[record.id]"
    ),
    "{ event: payOrder, then: { change: record, set: { note: '${target.nte}' } } }": (
        "then/set/note: `target` has no `nte`, at character 10 of `${target.nte}`. Did "
        "you mean `note`? There are id, reference, status, total, carrier, customer_id, "
        "paid_at, lines, note"
    ),
    "{ event: payOrder, then: { close: record } }": (
        "then/close: `close` is no key of an effect. Did you mean `else`? There are "
        "event, of, make, with, if, as, change, set, else, remove"
    ),
    "{ event: payOrdr, to: paid }": (
        "event: no operation is called `payOrdr`, and nothing causes it. Did you mean `payOrder`?"
    ),
}
OTHERS = {
    "order: { seed: 1 }": (
        "order: there is no collection `order`. Did you mean `orders`? There are orders, "
        "customers, invoices, products; a new one needs `item`, the path of one"
    ),
    "orders: { seeds: 1 }": (
        "orders/seeds: `seeds` is no key of a collection. Did you mean `seed`? There are "
        "path, item, schema, id, under, single, owner, body, list, fields, of, record, "
        "seed, state, lifecycle, progress, timeline, refuse"
    ),
    "orders: { seed: many }": (
        'orders/seed: `seed` must be a whole number; got "many". Write how many records a '
        "world begins with"
    ),
    "orders: { seed: 101 }": (
        "orders/seed: `seed` must be at most 100; got 101. Write how many records a world "
        "begins with"
    ),
    "orders: 7": (
        "orders: `orders` must be a mapping; got 7. Write what differs from the "
        "inference: { state, lifecycle, refuse, ... }"
    ),
    "orders: { state: stat }": (
        "orders/state: one of orders has no `stat`. Did you mean `status`? There are id, "
        "reference, status, total, carrier, customer_id, paid_at, lines, note"
    ),
    "orders: { lifecycle: [{ event: payOrder, to: paid }] }": (
        "orders: a lifecycle needs a field for the state. Say `state`: the field that has it"
    ),
    "orders: { state: status, lifecycle: [{ to: paid }] }": (
        "orders/lifecycle/0: a transition needs `event`. Say `event`: an operationId, or a name"
    ),
    "orders: { timeline: [{ event: pack, to: paid, after: 1h }] }": (
        "orders/timeline/0: a timeline begins in the state that a new record has. Say so "
        "in `lifecycle`: { event: createOrder, to: STATE }"
    ),
    "orders: { owner: user }": (
        'orders/owner: `owner` must be one of "key", "tenant"; got "user". Write key or '
        "tenant: who made a record; to others it is unknown"
    ),
    "orders: { fields: { totl: { is: '1' } } }": (
        "orders/fields/totl: one of orders has no `totl`. Did you mean `total`? There are "
        "id, reference, status, total, carrier, customer_id, paid_at, lines, note"
    ),
    "orders: { fields: { total: { is: record.note } } }": (
        "orders/fields/total/is: `total` is a whole number, and `${record.note}` gives a "
        "text. Write what it can be"
    ),
    "orders: { fields: { total: { als: x } } }": (
        "orders/fields/total/als: `als` is no key of a field. There are from, is, make"
    ),
    "orders: { refuse: { duplicate: { of: sku } } }": (
        "orders/refuse/duplicate/of: one of orders has no `sku`. There are id, reference, "
        "status, total, carrier, customer_id, paid_at, lines, note"
    ),
    "orders: { refuse: { gone: 410 } }": (
        "orders/refuse/gone: `gone` is no key of refusals. There are illegal, unknown, "
        "invalid, duplicate"
    ),
    "orders: { refuse: { unknown: NOWHERE } }": (
        "orders/refuse/unknown: no answer is called `NOWHERE`. There are OK, CREATED, "
        "CONFLICT, NOT_FOUND, NO_CONTENT, AMOUNT_TOO_SMALL"
    ),
    "orders: { progress: { after: soon } }": (
        "orders/progress/after: 'soon' is no duration. Write whole numbers with w, d, h, "
        "m, s or ms, the largest first: 90s, 1h30m"
    ),
    "orders: { under: customer }": (
        "orders/under: there is no collection `customer`. Did you mean `customers`? There "
        "are orders, customers, invoices, products"
    ),
    "parcels: { item: '/parcels/{id}' }": (
        "parcels/item: no operation has the path /parcels/{id}. Mend it"
    ),
    "operations: { shipOrdr: { read: orders } }": (
        "operations/shipOrdr: there is no operation `shipOrdr`. Did you mean `shipOrder`? "
        "There are listOrders, createOrder, searchOrders, cancelMany, getOrder, "
        "changeOrder, removeOrder, payOrder, shipOrder, cancelOrder, createCustomer, "
        "getCustomer, listInvoices, createInvoice, getInvoice, listProducts, "
        "createProduct, getProduct, login"
    ),
    "operations: { shipOrder: { read: order } }": (
        "operations/shipOrder/read: there is no collection `order`. Did you mean "
        "`orders`? There are orders, customers, invoices, products"
    ),
    "operations: { shipOrder: { read: orders, list: orders } }": (
        "operations/shipOrder/read: it cannot be both `list` and `read`. Leave one out"
    ),
    "operations: { shipOrder: { event: ship } }": (
        "operations/shipOrder/event: no lifecycle has the event `ship`. There are none here"
    ),
    "operations: { login: { answer: WELCOME } }": (
        "operations/login/answer: no answer is called `WELCOME`. There are OK"
    ),
    "operations: { searchOrders: { list: orders, where: record.total >= query.minimun } }": (
        "operations/searchOrders/where: `query` has no `minimun`, at character 23 of "
        "`record.total >= query.minimun`. Did you mean `minimum`? There are minimum"
    ),
    "operations: { login: { id: body.name } , shipOrdr: {} }": (
        "operations/shipOrdr: `shipOrdr` must have at least 1 property; got an empty "
        "object. Mend it"
    ),
}


def mistakes(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        modeled("shop", SHOP, section=Section(section(text), lambda pointer: pointer[1:]))
    return [str(each) for each in (caught.value, *caught.value.others)]


@pytest.mark.parametrize("text", TRANSITIONS)
def test_a_mistake_in_a_transition_is_told_with_its_place_and_the_fix(text: str) -> None:
    assert mistakes(ROW % text) == [f"orders/lifecycle/1/{TRANSITIONS[text]}"]


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_mistake_is_told_with_its_place_and_the_fix(text: str) -> None:
    assert mistakes(text) == [OTHERS[text]]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "a behaviour must be a mapping; got true. Write collections by name"),
        ([], "a behaviour must be a mapping; got an array of 0. Write collections by name"),
        ({"operations": []}, "operations: `operations` must be a mapping; got an array of 0."),
        ({"orders": None}, "orders: `orders` must be a mapping; got null. Write what differs"),
        (
            {"orders": {"lifecycle": [None]}},
            "orders/lifecycle/0: an entry of `lifecycle` must be a mapping; got null.",
        ),
        (
            {"orders": {"state": "status", "lifecycle": [{"event": "a", "if": "x" * 4_001}]}},
            "orders/lifecycle/0/if: `if` must have at most 4000 characters; got ",
        ),
        (
            {"orders": {"state": "status", "lifecycle": [{"event": "a", "if": "(" * 60}]}},
            "orders/lifecycle/0/if: it is nested deeper than 40 levels, at character 41 of",
        ),
    ],
)
def test_what_is_no_section_at_all_is_told(value: Any, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        modeled("shop", SHOP, section=Section(value, lambda pointer: pointer[1:]))
    assert str(caught.value).startswith(told)


def test_all_mistakes_are_told_at_once() -> None:
    row = "{ event: payOrder, if: body.amunt > 1, set: { totl: 1 } }"
    places = [each.partition(":")[0] for each in mistakes(ROW % row)]
    assert places == ["orders/lifecycle/1/if", "orders/lifecycle/1/set/totl"]


def test_a_mistake_in_the_document_itself_names_the_document() -> None:
    with pytest.raises(ScenarioError) as caught:
        modeled("shop", {**SHOP, "x-understudy": {"orders": {"seed": -1}}}, "shop.yaml")
    assert str(caught.value).startswith("shop.yaml#/x-understudy/orders/seed: `seed` must be at le")
