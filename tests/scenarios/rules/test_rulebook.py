"""Rules in a session: which one acts on which call, how often, and what kept the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.shop_vendor import SHOP, call, contract, request, scenario
from understudy.errors import InputError
from understudy.scenarios.loader import load_rules
from understudy.scenarios.rules.call_fields import no_record
from understudy.scenarios.rules.index import Entry, Plan
from understudy.scenarios.rules.magic import ShippedMagic
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.vendor import Call, Request


def book(text: str, **more: Any) -> RuleBook:
    """A rule book with the rules of a scenario."""
    made = RuleBook(**more)
    made.load(scenario(f"rules:\n{text}"))
    return made


def acting(rules: RuleBook, asked: Request, record: Mapping[str, Any] | None = None) -> str | None:
    """The name of the rule that answers a valid call."""
    fired = rules.answer("shop", asked.operation.handled_by, asked, lambda: record)
    return None if fired is None else fired.rule.name


def gated(rules: RuleBook, operation: str | None, asked: Call, now: int = 0) -> list[str]:
    """The names of the rules that strike a call at the gate."""
    return [each.rule.name for each in rules.gate("shop", operation, asked, now)]


ORDER = request("POST", "/orders/o-1", body=b'{"item": {"sku": "s-1", "n": 2}}')
OTHER = request("POST", "/orders/o-2", body=b'{"item": {"sku": "s-2"}}')


def test_a_rule_answers_the_calls_of_its_operation() -> None:
    rules = book("  - { name: out, operation: placeOrder, reply: SOLD_OUT }")
    assert acting(rules, ORDER) == "out"
    assert acting(rules, request("GET", "/orders")) is None
    assert rules.answer("another", "placeOrder", ORDER, no_record) is None


def test_a_variant_is_folded_into_its_operation() -> None:
    rules = book("  - { name: out, operation: placeOrder, reply: SOLD_OUT }")
    assert acting(rules, request("POST", "/orders", body=b"{}")) == "out"
    same = book("  - { name: out, operation: placeOrderAnywhere, reply: SOLD_OUT }")
    assert acting(same, ORDER) == "out"


@pytest.mark.parametrize(
    ("when", "asked", "acts"),
    [
        ("{ order_id: o-1 }", ORDER, True),
        ("{ order_id: o-1 }", OTHER, False),
        ("{ order_id: { $matches: '^o-' } }", OTHER, True),
        ("{ path.order_id: o-2 }", OTHER, True),
        ("{ body: { item: { sku: s-1 } } }", ORDER, True),
        ("{ body: { item: { sku: s-1 } } }", OTHER, False),
        ("{ body: { $.item.n: { $min: 2 } } }", ORDER, True),
        ("{ body: { $.item.n: { $absent: true } } }", OTHER, True),
        ("{ dry_run: true }", request("POST", "/orders/a", "dry_run=true", b"{}"), True),
        ("{ dry_run: false }", request("POST", "/orders/a", "dry_run=true", b"{}"), False),
        ("{ dry_run: { $absent: true } }", ORDER, True),
        ("{ X-Trace: 12 }", request("POST", "/orders/a", "", b"{}", x_trace="12"), True),
        ("{ x-trace: '12' }", request("POST", "/orders/a", "", b"{}", x_trace="12"), True),
        ("{ header.User-Agent: { $matches: curl } }",
         request("POST", "/orders/a", "", b"{}", user_agent="curl/8"), True),
        ("{ headers: { User-Agent: curl } }",
         request("POST", "/orders/a", "", b"{}", user_agent="curl"), True),
        ("{ x-api-key: k-1 }", request("POST", "/orders/a", "", b"{}", x_api_key="k-1"), True),
        ("{ x-api-key: k-1 }", ORDER, False),
        ("{ query.v: 2 }", request("POST", "/orders/a", "v=2", b"{}"), True),
        ("{ query.v: [1, 2] }", request("POST", "/orders/a", "v=1&v=2", b"{}"), True),
        ("{ query.v: { $absent: true } }", ORDER, True),
        ("{ order_id: 007 }", request("POST", "/orders/007", body=b"{}"), True),
        ("{ order_id: { $not: 007 } }", request("POST", "/orders/7", body=b"{}"), True),
        ("{ order_id: on }", request("POST", "/orders/on", body=b"{}"), True),
    ],
)  # fmt: skip
def test_a_rule_looks_at_what_when_names(when: str, asked: Request, acts: bool) -> None:
    rules = book(f"  - {{ name: it, operation: placeOrder, when: {when}, reply: SOLD_OUT }}")
    assert acting(rules, asked) == ("it" if acts else None)


def test_parameters_are_compared_as_the_contract_types_them() -> None:
    rules = book(
        "  - { name: ten, operation: listOrders, when: { limit: 10 }, reply: 204 }\n"
        "  - { name: open, operation: listOrders, when: { state: [open, 1] }, reply: 204 }"
    )
    assert acting(rules, request("GET", "/orders", "limit=10")) == "ten"
    assert acting(rules, request("GET", "/orders", "state=open&state=1")) == "open"
    assert acting(rules, request("GET", "/orders", "limit=11")) is None


def test_a_rule_looks_at_the_record_only_when_it_asks_for_it() -> None:
    rules = book(
        "  - { name: open, operation: placeOrder, when: { record: { state: OPEN } }, reply: 409 }"
    )
    assert acting(rules, ORDER, {"state": "OPEN", "total": 3}) == "open"
    assert acting(rules, ORDER, {"state": "DONE"}) is None
    assert acting(rules, ORDER, None) is None

    def never() -> Mapping[str, Any]:
        raise AssertionError("nobody asked for the record")

    free = book("  - { operation: placeOrder, when: { order_id: o-1 }, reply: 409 }")
    assert free.answer("shop", "placeOrder", ORDER, never) is not None


@pytest.mark.parametrize(
    ("counters", "acts_on"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("times: 2,", [1, 2]),
        ("skip: 2,", [3, 4, 5, 6]),
        ("skip: 1, times: 2,", [2, 3]),
        ("every: 3,", [3, 6]),
        ("every: 2, times: 1,", [2]),
        ("skip: 1, every: 2,", [3, 5]),
    ],
)
def test_counters(counters: str, acts_on: list[int]) -> None:
    rules = book(f"  - {{ operation: placeOrder, {counters} reply: SOLD_OUT }}")
    assert [n for n in range(1, 7) if acting(rules, ORDER)] == acts_on


def test_only_matching_calls_count() -> None:
    rules = book("  - { operation: placeOrder, when: { order_id: o-1 }, skip: 1, reply: SOLD_OUT }")
    assert [acting(rules, each) is not None for each in (ORDER, OTHER, OTHER, ORDER)] == [
        False,
        False,
        False,
        True,
    ]


def test_of_one_file_the_first_rule_is_asked_first_and_newer_files_before_older() -> None:
    rules = book(
        "  - { name: first, operation: placeOrder, times: 1, reply: 409 }\n"
        "  - { name: second, operation: placeOrder, times: 2, reply: 409 }"
    )
    rules.load(scenario("rules: [{ name: newest, operation: placeOrder, times: 1, reply: 409 }]"))
    assert [acting(rules, ORDER) for _ in range(5)] == [
        "newest", "first", "second", "second", None,
    ]  # fmt: skip


def test_a_rule_that_another_was_faster_than_still_counts_the_call() -> None:
    rules = book(
        "  - { name: front, operation: placeOrder, times: 1, reply: 409 }\n"
        "  - { name: behind, operation: placeOrder, reply: 409 }"
    )
    acting(rules, ORDER)
    acting(rules, ORDER)
    assert [(s.rule.name, s.matched, s.acted, s.spent) for s in rules.listing()] == [
        ("front", 2, 1, True),
        ("behind", 2, 1, False),
    ]


def test_magic_rules_stand_below_all_others() -> None:
    read: list[str] = []

    def always() -> tuple[Rule, ...]:
        read.append("shop")
        magic = scenario("rules: [{ name: always, operation: placeOrder, reply: SOLD_OUT }]")
        return magic.rules

    rules = RuleBook(shipped=ShippedMagic({"shop": always, "market": lambda: pytest.fail("read")}))
    rules.load(scenario("rules: [{ name: own, operation: placeOrder, times: 1, reply: 409 }]"))
    assert read == [], "they are read when a call of the vendor comes"
    assert [acting(rules, ORDER) for _ in range(3)] == ["own", "always", "always"]
    assert rules.remove("m-shop-1") is False
    twin = rules.fork()
    twin.clear()
    assert acting(twin, ORDER) == "always"
    assert read == ["shop"], "once, for all sessions"


def test_magic_rules_are_listed_behind_all_others() -> None:
    magic = scenario("rules: [{ name: always, operation: placeOrder, reply: SOLD_OUT }]").rules
    rules = RuleBook(shipped=ShippedMagic({"shop": lambda: magic}))
    rules.load(scenario("rules: [{ name: own, operation: placeOrder, reply: 409 }]"))
    told = [(status.id, status.origin) for status in rules.listing()]
    assert told == [("r1", "s"), ("m-shop-1", "magic")]
    assert [status.id for status in rules.listing(magic=False)] == ["r1"]


def test_a_forced_answer_is_known_by_name() -> None:
    rules = book("  - { operation: placeOrder, times: 1, reply: ALREADY_PLACED }")
    fired = rules.answer("shop", "placeOrder", ORDER, no_record)
    assert fired is not None
    assert fired.rule.reply is not None
    assert (fired.hit, fired.rule.reply.status, fired.rule.reply.answer) == (
        1,
        409,
        "ALREADY_PLACED",
    )


def test_a_status_means_its_first_answer() -> None:
    (rule,) = load_rules({"operation": "shop.placeOrder", "reply": 409}, (SHOP,), contract)
    assert rule.reply is not None
    assert rule.reply.answer == "SOLD_OUT"


def test_a_reply_that_is_written_out_counts_as_it_is() -> None:
    (rule,) = load_rules(
        {
            "operation": "placeOrder",
            "reply": {
                "status": 502,
                "headers": {"content-type": "text/html"},
                "body": "<h1>Bad Gateway</h1>",
                "undocumented": True,
            },
        },
        (SHOP,),
        contract,
    )
    assert rule.reply is not None
    assert (rule.reply.status, rule.reply.answer, rule.reply.undocumented) == (502, None, True)
    assert (rule.reply.body, rule.reply.written) == ("<h1>Bad Gateway</h1>", True)
    assert rule.reply.headers == {"content-type": "text/html"}


def test_the_gate_strikes_any_call_of_the_operation() -> None:
    rules = book("  - { name: gone, operation: placeOrder, fault: { lose: request, by: close } }")
    (fired,) = rules.gate("shop", "placeOrder", call("POST", "/orders/o-1"), 0)
    assert fired.rule.fault is not None
    assert (fired.rule.fault.lose, fired.rule.fault.by) == ("request", "close")
    assert gated(rules, "listOrders", call("GET", "/orders")) == []
    assert acting(rules, ORDER) is None


@pytest.mark.parametrize(
    ("path", "strikes"),
    [("/orders/o-1", []), ("/nowhere", ["lost"]), ("/ORDERS", ["lost"]), ("/orders/a%2Fb", [])],
)
def test_a_rule_for_all_operations_reads_the_whole_path_as_it_was_sent(
    path: str, strikes: list[str]
) -> None:
    rules = book(
        "  - { name: lost, operation: '*', reply: 404,"
        " when: { path: { $not: { $matches: '^/v1/orders(/[^/]+)?$' } } } }"
    )
    assert gated(rules, None, call("GET", path)) == strikes


def test_a_lost_answer_is_not_for_the_gate() -> None:
    rules = book("  - { name: lost, operation: placeOrder, fault: { lose: answer } }")
    assert gated(rules, "placeOrder", call("POST", "/orders/o-1")) == []
    fired = rules.answer("shop", "placeOrder", ORDER, no_record)
    assert fired is not None
    assert fired.rule.fault is not None
    assert (fired.rule.fault.lose, fired.rule.fault.by) == ("answer", "reset")


def test_a_rule_for_all_operations_strikes_also_what_is_no_operation() -> None:
    rules = book("  - { name: out, operation: '*', times: 2, reply: 503 }")
    assert gated(rules, None, call("GET", "/nowhere")) == ["out"]
    assert rules.gate("another", None, call("GET", "/nowhere"), 0) == ()
    assert gated(rules, "listOrders", call("GET", "/orders")) == ["out"]
    assert gated(rules, "listOrders", call("GET", "/orders")) == []


def test_without_a_vendor_a_rule_for_all_strikes_every_vendor() -> None:
    rules = RuleBook()
    rules.add(load_rules({"operation": "*", "reply": 503}, (SHOP,), contract))
    (fired,) = rules.gate("another", "anything", call("GET", "/nowhere"), 0)
    assert fired.rule.target == "*"


@pytest.mark.parametrize(
    ("when", "made", "strikes"),
    [
        ("{ order_id: o 1 }", call("POST", "/orders/o%201"), True),
        ("{ order_id: o-2 }", call("POST", "/orders/o-1"), False),
        ("{ dry_run: true }", call("POST", "/orders/o-1", "dry_run=true"), True),
        ("{ dry_run: true }", call("POST", "/orders/o-1", "dry_run=perhaps"), False),
        ("{ X-Trace: a }", call("POST", "/orders/o-1", x_trace="a"), True),
        ("{ x-api-key: { $absent: true } }", call("POST", "/orders/o-1"), True),
        ("{ order_id: { $absent: true } }", call("POST", "/orders"), True),
    ],
)
def test_the_gate_reads_what_it_can(when: str, made: Any, strikes: bool) -> None:
    text = f"  - {{ name: it, operation: placeOrder, when: {when}, fault: {{ lose: request }} }}"
    assert gated(book(text), "placeOrder", made) == (["it"] if strikes else [])


def test_what_kept_the_rules_of_an_operation_is_told_nearest_first() -> None:
    rules = book(
        "  - { name: far, operation: placeOrder, when: { order_id: o-9, body: { item: 1 } }, "
        "reply: 409 }\n"
        "  - { name: near, operation: placeOrder, when: { order_id: o-1, dry_run: true }, "
        "reply: 409 }\n"
        "  - { name: done, operation: placeOrder, times: 1, reply: 409 }\n"
        "  - { name: later, operation: placeOrder, skip: 5, reply: 409 }\n"
        "  - { name: rare, operation: placeOrder, every: 9, reply: 409 }\n"
        "  - { name: elsewhere, operation: listOrders, reply: 204 }"
    )
    assert acting(rules, ORDER) == "done"
    assert acting(rules, ORDER) is None
    assert rules.misses("shop", "placeOrder", ORDER, no_record) == [
        ("done", "it matched, but has acted once and is spent"),
        ("later", "it matched, but skips its first 5: this was call 2"),
        ("rare", "it matched, but acts on every 9th call: this was call 2"),
        ("near", "dry_run: expected true, got nothing"),
        (
            "far",
            'order_id: expected "o-9", got "o-1"; body/item: expected 1, '
            'got {"sku": "s-1", "n": 2}',
        ),
    ]


def test_rules_are_taken_out_by_id() -> None:
    rules = book(
        "  - { name: a, operation: placeOrder, reply: 409 }\n"
        "  - { name: b, operation: placeOrder, reply: 409 }"
    )
    assert rules.remove("r1") is True
    assert rules.remove("r1") is False
    assert acting(rules, ORDER) == "b"
    rules.clear()
    assert (acting(rules, ORDER), len(rules)) == (None, 0)
    assert rules.add(scenario("rules: [{ operation: placeOrder, reply: 409 }]").rules) == ["r3"]


def test_a_fork_goes_its_own_way() -> None:
    rules = book("  - { name: two, operation: placeOrder, times: 2, reply: 409 }")
    acting(rules, ORDER)
    twin = rules.fork()
    twin.load(scenario("rules: [{ name: new, operation: placeOrder, times: 1, reply: 409 }]"))
    assert [acting(twin, ORDER) for _ in range(3)] == ["new", "two", None]
    assert [acting(rules, ORDER) for _ in range(2)] == ["two", None]
    assert len(rules) == 1


def test_a_session_holds_so_many_rules() -> None:
    many = "\n".join("  - { operation: placeOrder, reply: 409 }" for _ in range(3))
    with pytest.raises(InputError, match="a session holds at most 2 rules"):
        book(many, bound=2)


def test_of_many_rules_for_one_parameter_a_call_looks_at_its_own() -> None:
    text = "\n".join(
        f"  - {{ operation: placeOrder, when: {{ order_id: magic-{n} }}, reply: 409 }}"
        for n in range(300)
    )
    entries = [Entry(f"r{n}", rule, "") for n, rule in enumerate(scenario(f"rules:\n{text}").rules)]
    plan = Plan(entries)
    asked = request("POST", "/orders/magic-217", body=b"{}")
    assert [entry.id for entry in plan.candidates(asked, no_record)] == ["r217"]
    assert not plan.candidates(ORDER, no_record)


def test_rules_found_by_header_and_body_keep_their_order() -> None:
    rules = book(
        "  - { name: body, operation: placeOrder, times: 1, when: { body: { kind: x } }, "
        "reply: 409 }\n"
        "  - { name: any, operation: placeOrder, times: 1, reply: 409 }\n"
        "  - { name: key, operation: placeOrder, when: { headers: { x-api-key: k } }, reply: 409 }"
    )
    asked = request("POST", "/orders/a", "", b'{"kind": "x"}', x_api_key="k")
    assert [acting(rules, asked) for _ in range(3)] == ["body", "any", "key"]
