"""Files broken by hand, one for every kind of mistake, and what is said of each."""

from __future__ import annotations

import pytest

from tests.scenarios.shop_vendor import SHOP, contract, scenario
from understudy.errors import ScenarioError, UnderstudyError
from understudy.scenarios import loader
from understudy.scenarios.language.operations import known

RULE_KEYS = "name, operation, when, skip, times, every, reply, fault, then, progress"
ANSWERS = "It has 200 PLACED, 409 SOLD_OUT ALREADY_PLACED"
DURATION = "Write a duration such as 300ms, 30s, 5m, 1h30m, 2d or 1w"
PARAMETERS = "It has order_id, dry_run, X-Trace, x-api-key, body"
FAULTS = "lose, hang, truncate, malformed, content_type, drip, latency, limit"
OPERATIONS = "There are placeOrder, readOrder, listOrders, placeOrderAnywhere"
BOMB = "\n".join(
    [
        "a: &a [x,x,x,x,x,x,x,x,x,x]",
        *(
            f"{name}: &{name} [{','.join(f'*{before}' for _ in range(10))}]"
            for before, name in zip("abcde", "bcdef", strict=True)
        ),
    ]
)

# What stands below `understudy: 1` and `vendor: shop`, so it begins in line 3.
FILES = {
    "no YAML": (
        "rules: [",
        "4: this is no YAML: did not find expected node content. "
        "Check the indentation, the colons and the quotes around here",
    ),
    "a tab": (
        "world:\n\tshop: {}",
        "4: this is no YAML: found character that cannot start any token. "
        "Check the indentation, the colons and the quotes around here",
    ),
    "a key twice": (
        "seed: 1\nseed: 2",
        "4: `seed` stands here twice (first in line 3). Remove one",
    ),
    "a tag": ("seed: !!int 7", "3: the tag !!int. Tags are not read; remove it"),
    "an anchor in itself": ("rules: &r [*r]", "3: *r stands inside &r itself. Write it out"),
    "no such anchor": ("rules: *r", "3: *r has no anchor before it. Mark a value with &r"),
    "a bomb": (BOMB, "8: more than 400000 values, its aliases written out. Split the file"),
    "two documents": ("---\nseed: 1", "3: a second document. Write one document in a file"),
    "a list as a key": ("[a]: b", "3: a list or a mapping as a key. Keys are texts"),
    "too deep": ("a: " + "[" * 70, "3: nested more than 64 levels deep. Flatten it"),
    "unknown key": (
        "rule: []",
        "3: `rule` is no key of a scenario. Did you mean `rules`? There are understudy, scenario, "
        "vendor, clock, seed, world, rules, steps, finally, verify, variables, needs",
    ),
    "wrong type": (
        "rules: {}",
        "3: `rules` is a mapping. "
        "Write a list of rules: when this call comes, answer that or fail so",
    ),
    "a clock without anything": (
        "clock: {}",
        "3: `clock` is empty. Write any of at, speed, each_call",
    ),
    "an instant where no clock can stand": (
        'clock: { at: "9999-01-05T09:00:00Z" }',
        "3: '9999-01-05T09:00:00Z' is no instant of the years 1970 to 9998. "
        "Write 2026-01-05T09:00:00Z",
    ),
    "no instant": (
        "clock: { at: yesterday }",
        '3: `at` is "yesterday". Write an instant such as 2026-01-05T09:00:00Z',
    ),
    "a day that is not": (
        'clock: { at: "2026-02-30T00:00:00Z" }',
        "3: '2026-02-30T00:00:00Z' is no instant: day is out of range for month. "
        "Write 2026-01-05T09:00:00Z",
    ),
    "a clock that is to run and to be moved by calls": (
        "clock:\n  speed: 60\n  each_call: 30s",
        "5: a clock of speed 60 runs by itself; each_call moves one that stands. "
        "Leave out speed or each_call, or say speed 0",
    ),
    "a step's clock that is to run and to be moved by calls": (
        "steps:\n  - clock: { speed: 1.5, each_call: 30s }",
        "4: a clock of speed 1.5 runs by itself; each_call moves one that stands. "
        "Leave out speed or each_call, or say speed 0",
    ),
    "a duration without a unit": ("clock: { each_call: 30 }", f"3: `each_call` is 30. {DURATION}"),
    "a negative seed": (
        "seed: -1",
        "3: `seed` is -1. Write a seed: a whole number from 0 to 9007199254740991",
    ),
    "need of what is not": (
        "needs: [time]",
        '3: an item of `needs` is "time". Write world or clock or rules',
    ),
    "a variable without a source": (
        "variables: { key: {} }",
        "3: `key` is empty. Write {env: NAME, default: TEXT}",
    ),
    # worlds
    "unknown vendor": ("world: { acme: {} }", "3: `acme` is no key of a world. There are shop"),
    "unknown collection": (
        "world: { shop: { order: [] } }",
        "3: `order` is no key of a world of shop. Did you mean `orders`? "
        "There are base, orders, credentials",
    ),
    "wrong base": (
        "world: { shop: { base: empty } }",
        '3: `base` is "empty". Write default or none',
    ),
    "unknown state": (
        "world:\n  shop:\n    orders:\n      - { state: OPN }",
        '6: `state` is "OPN". Write OPEN or DONE',
    ),
    "entry without what it needs": (
        "world:\n  shop:\n    orders:\n      - { name: first }",
        "6: an order needs `state`. Say `state:` OPEN or DONE",
    ),
    "misspelt duration": (
        "world: { shop: { orders: [{ state: OPEN, takes: 5 min }] } }",
        f'3: `takes` is "5 min". {DURATION}',
    ),
    "misspelt key of a timeline": (
        "world: { shop: { orders: [{ state: OPEN, steps: [{ do: pack, take: 1s }] }] } }",
        "3: `take` is no key of a step `do`. Did you mean `takes`? "
        "There are do, takes, output, events, fails, retry, timeout, rollback",
    ),
    "infinity": (
        "world: { shop: { orders: [{ state: OPEN, note: .inf }] } }",
        "3: .inf is no number of JSON. Write it in quotes",
    ),
    # rules
    "misspelt key of a rule": (
        "rules:\n  - { operation: placeOrder, replay: SOLD_OUT }",
        f"4: `replay` is no key of a rule. Did you mean `reply`? There are {RULE_KEYS}",
    ),
    "rule without an operation": (
        "rules:\n  - { reply: SOLD_OUT }",
        "4: a rule needs `operation`. "
        "Say `operation:` an operationId, vendor.operationId, or a list of them",
    ),
    "unknown operation": (
        "rules:\n  - { operation: placeOder, reply: SOLD_OUT }",
        "4: shop has no operation `placeOder`. Did you mean `placeOrder`? " + OPERATIONS,
    ),
    "unknown operation of a list": (
        "rules:\n  - operation:\n      - placeOrder\n      - placeOder\n    reply: 409",
        "6: shop has no operation `placeOder`. Did you mean `placeOrder`? " + OPERATIONS,
    ),
    "unknown operation of a list with conditions": (
        "rules:\n  - operation:\n      - when: { order_id: a }\n        operation: placeOder\n"
        "    reply: 409",
        "6: shop has no operation `placeOder`. Did you mean `placeOrder`? " + OPERATIONS,
    ),
    "condition that one operation of a list cannot meet": (
        "rules:\n  - operation: [placeOrder, listOrders]\n    when: { dry_run: true }\n"
        "    fault: { hang: true }",
        "5: listOrders has no parameter `dry_run`. It has limit, state, x-api-key",
    ),
    "operation twice in a list": (
        "rules:\n  - { operation: [placeOrder, placeOrderAnywhere], reply: 409 }",
        "4: `shop.placeOrder` stands in the list twice. Remove one, or say another rule",
    ),
    "all operations in a list": (
        'rules:\n  - { operation: [placeOrder, "*"], reply: 409 }',
        "4: `*` is every operation already. Say it alone, without a list",
    ),
    "empty list of operations": (
        "rules:\n  - { operation: [], reply: 409 }",
        "4: `operation` is empty. Write an operationId, vendor.operationId, or a list of them",
    ),
    "block that is over too soon": (
        "rules:\n  - operation: placeOrder\n"
        "    fault: { limit: { requests: 2, per: 1m, block: 5s } }",
        "5: a block of 5s is over before the 1m of the quota are. Say 1m or longer",
    ),
    "quota by what nobody says": (
        "rules:\n  - operation: placeOrder\n"
        "    fault: { limit: { requests: 2, per: 1m, by: oder } }",
        "5: placeOrder has no parameter `oder`. Did you mean `order_id`? " + PARAMETERS,
    ),
    "quota by a parameter of nobody's": (
        'rules:\n  - { operation: "*", fault: { limit: { requests: 2, per: 1m, by: order_id } } }',
        "4: `order_id` is the parameter of one operation, and this rule is for all. "
        "Say header.order_id or query.order_id, or path for the whole path",
    ),
    "quota that counts what is not": (
        "rules:\n  - operation: placeOrder\n"
        "    fault: { limit: { requests: 2, per: 1m, count: all } }",
        '5: `count` is "all". Write calls, or items: a body that is a list counts by its length',
    ),
    "operation of an unknown vendor": (
        "rules:\n  - { operation: acme.placeOrder, reply: SOLD_OUT }",
        "4: there is no vendor `acme`. There are shop",
    ),
    "rule without effect": (
        "rules:\n  - { operation: placeOrder }",
        "4: the rule does nothing. Say `reply:`, `fault:`, `then:` or `progress:`",
    ),
    "unknown answer": (
        "rules:\n  - { operation: placeOrder, reply: SOLDOUT }",
        f"4: placeOrder has no answer SOLDOUT. Did you mean SOLD_OUT? {ANSWERS}",
    ),
    "status that is not defined": (
        "rules:\n  - { operation: placeOrder, reply: 410 }",
        f"4: placeOrder does not define 410. {ANSWERS}; "
        "or say {status, body, undocumented: true}",
    ),
    "status that is none": (
        "rules:\n  - { operation: placeOrder, reply: 99 }",
        "4: `reply` is 99. Write an HTTP status: a whole number from 100 to 599",
    ),
    "body against the contract": (
        "rules:\n  - operation: placeOrder\n    reply:\n      status: 200\n      body: { id: 1 }",
        "7: this is no body of placeOrder's 200: /id must be string; got 1. "
        "Mend it, or say undocumented: true",
    ),
    "no times at all": (
        "rules:\n  - { operation: placeOrder, times: 0, reply: 409 }",
        "4: `times` is 0. Write how often it acts: a whole number from 1 to 1000000",
    ),
    "unknown parameter": (
        "rules:\n  - { operation: placeOrder, when: { order: a }, reply: 409 }",
        f"4: placeOrder has no parameter `order`. Did you mean `order_id`? {PARAMETERS}",
    ),
    "unknown operator": (
        "rules:\n  - { operation: placeOrder, when: { body: { a: { $mtches: x } } }, reply: 409 }",
        "4: `$mtches` is no operator. Did you mean `$matches`? There are $absent, $exactly, "
        "$matches, $max, $min, $not, $type and `$.` paths; a literal one is written `$$mtches`",
    ),
    "no regular expression": (
        "rules:\n  - { operation: placeOrder, when: { order_id: { $matches: '(' } }, reply: 409 }",
        "4: '(' is no regular expression: missing ): (. Mend it, or quote it; the syntax is RE2's",
    ),
    "no JSONPath": (
        "rules:\n  - { operation: placeOrder, when: { body: { '$.a[': 1 } }, reply: 409 }",
        "4: `$.a[` is no JSONPath: unbalanced brackets. Write it as in RFC 9535",
    ),
    "verification of a count that is none": (
        "verify:\n  - { operation: placeOrder, times: { $min: 3, $max: 1 } }",
        "4: no number is at least 3 and at most 1. Let $min be no more than $max",
    ),
    "verification of a secret": (
        "verify:\n  - operation: placeOrder\n    when:\n      headers:\n        x-api-key: k-1",
        "6: nothing could match `x-api-key`, for a journal keeps no secrets. "
        "Say `as:` and a credential's name",
    ),
    "verification of nobody's calls": (
        "verify:\n  - { operation: placeOrder, as: defualt }\n"
        "world: { shop: { credentials: [{ name: default, key: k }] } }",
        "4: there is no credential `defualt`. Did you mean `default`? There are default, nobody",
    ),
    "state that no record can have": (
        "rules:\n  - { operation: placeOrder, when: { record: { state: OPN } }, reply: 409 }",
        '4: none of the orders or credentials is ever "OPN". '
        "Did you mean `OPEN`? There are OPEN, DONE",
    ),
    "states that no record can have": (
        "verify:\n  - operation: placeOrder\n    when: { record: { state: { $matches: ^X } } }",
        '5: none of the orders or credentials is ever {"$matches": "^X"}. There are OPEN, DONE',
    ),
    "no such field of a record": (
        "rules:\n  - { operation: placeOrder, when: { record: { stat: OPEN } }, reply: 409 }",
        "4: no record has a `stat`. "
        "There are created, id, key, name, readings, role, state, tenant, total",
    ),
    "body where there is none": (
        "rules:\n  - { operation: listOrders, when: { body: { a: 1 } }, reply: 204 }",
        "4: listOrders takes no body. Remove it",
    ),
    "body at the gate": (
        "rules:\n  - operation: placeOrder\n    when: { body: {} }\n    fault: { lose: request }",
        "5: a rule that strikes at the gate cannot look at the body. "
        "There it sees path, query and header only",
    ),
    "record for all operations": (
        "rules:\n  - { operation: '*', when: { record: { state: OPEN } }, reply: 503 }",
        "4: a rule that strikes at the gate cannot look at the record. "
        "There it sees path, query and header only",
    ),
    "parameter for all operations": (
        "rules:\n  - { operation: '*', when: { order_id: a }, reply: 503 }",
        "4: `order_id` is the parameter of one operation, and this rule is for all. "
        "Say header.order_id or query.order_id, or path for the whole path",
    ),
    "answer for all operations": (
        "rules:\n  - { operation: '*', reply: SOLD_OUT }",
        "4: `SOLD_OUT` is the answer of one operation, and this rule is for all. Say a status",
    ),
    "status for all operations that none has": (
        "rules:\n  - { operation: '*', reply: 502 }",
        "4: no operation defines 502. "
        "They define 200, 204, 409; or say {status, body, undocumented: true}",
    ),
    "reply to a lost request": (
        "rules:\n  - { operation: placeOrder, fault: { lose: request }, reply: 409 }",
        "4: a lost request is never answered. Remove `reply`, or say it in a rule of its own",
    ),
    "late and answered by a rule": (
        "rules:\n  - { operation: placeOrder, fault: { latency: 1s }, reply: 409 }",
        "4: what is delayed is answered by itself. Remove `reply`, or say it in a rule of its own",
    ),
    "every answer lost": (
        "rules:\n  - { operation: '*', fault: { lose: answer } }",
        "4: a rule for all operations cannot lose answer: it strikes before there is an "
        "answer. Name one operation, or say `reply:` too",
    ),
    "event of no lifecycle": (
        "rules:\n  - { operation: placeOrder, then: { event: close_it } }",
        "4: no record of shop has an event `close_it`. Did you mean `close`? There are close",
    ),
    "event at the gate": (
        "rules:\n  - { operation: '*', reply: 503, then: { event: close } }",
        "4: a rule that strikes at the gate knows no record that `then` could move. "
        "Name one operation, and no fault of the gate beside it",
    ),
    "progress at the gate": (
        "rules:\n  - { operation: placeOrder, fault: { hang: true }, progress: now }",
        "4: a rule that strikes at the gate knows no record that `progress` could move. "
        "Name one operation, and no fault of the gate beside it",
    ),
    "progress that is none": (
        "rules:\n  - { operation: placeOrder, progress: soon }",
        '4: `progress` is "soon". Write now, {after: 30s} or {reads: 3}',
    ),
    "how without what": (
        "rules:\n  - { operation: placeOrder, fault: { by: close } }",
        "4: `by` says how something is lost. Say lose: answer",
    ),
    "capture of an unknown name": (
        "world: { shop: { orders: [{ name: first, state: OPEN }] } }\n"
        "rules:\n  - { operation: placeOrder, when: { order_id: '${fist.id}' }, reply: 409 }",
        "5: `${fist.id}` names nothing. Did you mean `first`? There are first",
    ),
    "capture of what an entry does not say": (
        "world: { shop: { orders: [{ name: first, state: OPEN }] } }\n"
        "rules:\n  - { operation: placeOrder, when: { order_id: '${first.id}' }, reply: 409 }",
        "5: the entry `first` does not say its `id`. "
        "Write it into the entry: rules are made before the records",
    ),
    # steps
    "step that is none": (
        "steps: [soon]",
        '3: a step is "soon". Write a call, an advance, a change of the clock or of a record',
    ),
    "as often, and until": (
        "steps:\n  - { call: listOrders, until: { advance: 1s }, times: 2 }",
        "4: `times` and `until` both say how often it is played. Keep one; `until` has `at_most`",
    ),
    "a pause between one": (
        "steps:\n  - { call: listOrders, every: 1s }",
        "4: `every` is the time between several calls. Say `times:` too; `until` has `advance`",
    ),
    "a step that is never played": (
        "steps:\n  - { call: listOrders, times: 0 }",
        "4: `times` is 0. Write how often, each time as expected: a whole number from 1 to 10000",
    ),
    "misspelt key of a step": (
        "steps:\n  - { call: listOrders, expekt: { status: 204 } }",
        "4: `expekt` is no key of a call. Did you mean `expect`? "
        "There are call, name, as, with, expect, until, times, every, save, needs",
    ),
    "unknown argument": (
        "steps:\n  - { call: placeOrder, with: { order_id: a, dryrun: true } }",
        f"4: placeOrder has no parameter `dryrun`. Did you mean `dry_run`? {PARAMETERS}",
    ),
    "path without its parameter": (
        "steps:\n  - { call: readOrder }",
        "4: readOrder needs `order_id` in its path. Say order_id: in `with`",
    ),
    "two bodies": (
        "steps:\n  - { call: placeOrder, with: { order_id: a, raw: x, body: {} } }",
        "4: `raw` and `body` are both the body. Keep one",
    ),
    "headers that are none": (
        "steps:\n  - { call: listOrders, with: { headers: x-api-key } }",
        "4: `headers` is a mapping of names and texts. Write {x-api-key: null} to leave one out",
    ),
    "lost with a status": (
        "steps:\n  - { call: listOrders, expect: { lost: true, status: 204 } }",
        "4: a lost answer has no status, headers or body. Keep lost: true alone",
    ),
    "expecting nothing": (
        "steps:\n  - { call: listOrders, expect: {} }",
        "4: `expect` is empty. Write any of status, body, headers, lost",
    ),
    "saving without a path": (
        "steps:\n  - { call: listOrders, save: { a: id } }",
        '4: `a` is "id". Write a JSONPath such as $.item.id',
    ),
    "capture before it is saved": (
        "steps:\n  - { call: listOrders, with: { limit: '${count}' } }\n"
        "  - { call: listOrders, save: { count: $.count } }",
        "4: `${count}` names nothing. There are none here",
    ),
    "unknown credential": (
        "world: { shop: { credentials: [{ name: owner }] } }\n"
        "steps:\n  - { call: listOrders, as: nobdy }",
        "5: there is no credential `nobdy`. Did you mean `nobody`? There are owner, nobody",
    ),
    "two faults at once": (
        "rules:\n  - { operation: placeOrder, fault: { lose: answer, hang: true } }",
        "4: lose and hang: one fault is one kind of misbehaviour. "
        f"Say one of {FAULTS}, and the next in a rule of its own",
    ),
    "virtual without latency": (
        "rules:\n  - { operation: placeOrder, fault: { hang: true, virtual: true } }",
        "4: `virtual` goes with `latency`",
    ),
    "latency that ends before it begins": (
        "rules:\n  - { operation: placeOrder, fault: { latency: { min: 2s, max: 1s } } }",
        "4: `max` is below `min`",
    ),
    "latency nobody waits for": (
        "rules:\n  - { operation: placeOrder, fault: { latency: 10m } }",
        "4: nobody waits longer than 5m for an answer. "
        "Say `virtual: true`: then only the clock moves",
    ),
    "quota without a time": (
        "rules:\n  - { operation: placeOrder, fault: { limit: { requests: 1, per: 0 } } }",
        "4: a quota needs a time. Say per: 1s",
    ),
    "advance without a way": (
        "steps:\n  - advance: 5m",
        '4: `advance` is "5m". Write {by: 6m}, {to: 2026-01-05T09:00:00Z}, next or idle',
    ),
    "advance in two ways": (
        "steps:\n  - advance: { next: true, idle: true }",
        "4: `advance` is a mapping. Write {by: 6m}, {to: 2026-01-05T09:00:00Z}, next or idle",
    ),
    "advance to a day": (
        'steps:\n  - advance: { to: "2026-01-05" }',
        '4: `to` is "2026-01-05". Write an instant such as 2026-01-05T09:00:00Z',
    ),
    "a status that none can be": (
        "steps:\n  - { call: placeOrder, expect: { status: four } }",
        '4: `status` is "four". Write an HTTP status: a whole number from 100 to 599',
    ),
    "a status that only announces": (
        "rules:\n  - { operation: placeOrder, reply: { status: 101, undocumented: true } }",
        "4: 101 only announces an answer. Say the final status, from 200 on",
    ),
    "a body where HTTP has none": (
        "rules:\n"
        "  - { operation: placeOrder, reply: { status: 204, body: { a: 1 }, undocumented: true } }",
        "4: HTTP has no body with 204. Remove it, or say another status",
    ),
    "no name of a header": (
        "rules:\n  - { operation: placeOrder, reply: { status: 200, headers: { 'a b': c } } }",
        "4: 'a b' is no name of a header. Write letters, digits and dashes, such as Retry-After",
    ),
    "a header of two lines": (
        "rules:\n"
        '  - { operation: placeOrder, reply: { status: 200, headers: { A: "b\\r\\nC: d" } } }',
        "4: no header can carry 'b\\r\\nC: d'. Write one line of Latin-1",
    ),
    "a header that frames the answer": (
        "rules:\n"
        "  - { operation: placeOrder, reply: { status: 200, headers: { Content-Length: '3' } } }",
        "4: `Content-Length` is said by the sandbox. "
        "Remove it; a body of another length is `fault: {truncate: BYTES}`",
    ),
    "a content type of two lines": (
        'rules:\n  - { operation: placeOrder, fault: { content_type: "a\\r\\nb: c" } }',
        '4: `content_type` is "a\\r\\nb: c". Write another content type, such as text/html',
    ),
    "verification of an unknown parameter": (
        "verify:\n  - { operation: placeOrder, when: { orderid: x } }",
        f"4: placeOrder has no parameter `orderid`. Did you mean `order_id`? {PARAMETERS}",
    ),
}


@pytest.mark.parametrize("mistake", FILES)
def test_a_mistake_is_told_with_its_line_and_the_fix(mistake: str) -> None:
    text, told = FILES[mistake]
    with pytest.raises(ScenarioError) as refused:
        scenario(text)
    assert str(refused.value) == f"s.yaml:{told}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "s.yaml:1: the file is empty. Begin with `understudy: 1`"),
        ("- a", "s.yaml:1: this is no scenario. Begin with `understudy: 1`"),
        (
            "scenario: x",
            "s.yaml:1: a scenario needs `understudy`. "
            "Say `understudy:` 1, the version of this grammar",
        ),
        (
            "understudy: 2",
            "s.yaml:1: `understudy` is 2. Write 1, the version of this grammar",
        ),
        ("understudy: 1\nvendor: acme", 's.yaml:2: `vendor` is "acme". Write one of shop'),
        (
            "understudy: 1\n\x07",
            "s.yaml:2: a character that YAML does not allow. Write it as an escape in quotes",
        ),
        (
            "understudy: 1\nscenario: \ud800",
            "s.yaml:2: a character that YAML does not allow. Write it as an escape in quotes",
        ),
    ],
)
def test_what_is_no_scenario_at_all(text: str, told: str) -> None:
    with pytest.raises(UnderstudyError) as refused:
        loader.load_text(text, "s.yaml", (SHOP,), contract)
    assert str(refused.value) == told


def test_the_first_mistake_in_the_file_is_told() -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario("rules:\n  - { operation: placeOrder, times: 0, reply: 409 }\nsed: 7")
    assert refused.value.where == "s.yaml:4"


def test_a_mistake_in_json_is_told_with_its_pointer() -> None:
    with pytest.raises(ScenarioError) as refused:
        loader.load_value({"understudy": 1, "rules": [{"operation": "x.y"}]}, (SHOP,), contract)
    assert (
        str(refused.value)
        == "/rules/0: the rule does nothing. Say `reply:`, `fault:`, `then:` or `progress:`"
    )


def test_of_many_names_the_nearest_are_listed_and_no_magic_ones() -> None:
    names = ["magic-a", *(f"order-{number}" for number in range(60))]
    told = known("order-7x", names)
    assert told.startswith("Did you mean `order-7`? There are order-7, ")
    assert told.endswith(" and 50 more")
    assert known("x", ["magic-a", "order"]) == "There are order"
