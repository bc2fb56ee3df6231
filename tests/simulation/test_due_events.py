"""What falls due, against a naive model of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from understudy.simulation.due_events import NEVER, Due, DueEvents, Owner

owners = st.sampled_from([("things", f"t{number}") for number in range(6)])
dues = st.lists(
    st.builds(Due, st.sampled_from(["tick", "end"]), st.integers(0, 20), recurring=st.booleans()),
    max_size=3,
    unique_by=lambda due: due.kind,
)

Model = dict[Owner, tuple[Due, ...]]


class Queues(RuleBasedStateMachine):
    """Queues and forks of them, each beside a dict that is searched in full."""

    queues = Bundle("queues")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[tuple[DueEvents, Model]] = []

    @rule(target=queues)
    def begin(self) -> int:
        self.known.append((DueEvents(), {}))
        return len(self.known) - 1

    @rule(target=queues, which=queues)
    def fork(self, which: int) -> int:
        queue, model = self.known[which]
        self.known.append((queue.fork(), dict(model)))
        return len(self.known) - 1

    @rule(target=queues, which=queues)
    def restore(self, which: int) -> int:
        queue, model = self.known[which]
        restored = DueEvents()
        restored.restore(list(queue))
        self.known.append((restored, dict(model)))
        return len(self.known) - 1

    @rule(which=queues, owner=owners, wanted=dues)
    def replace(self, which: int, owner: Owner, wanted: list[Due]) -> None:
        queue, model = self.known[which]
        queue.set(owner, wanted)
        model[owner] = tuple(wanted)

    @rule(which=queues)
    def pop(self, which: int) -> None:
        queue, model = self.known[which]
        seen, struck = queue.peek(), queue.pop()
        assert seen == struck
        if struck is None:
            assert not any(model.values())
            return
        owner, due = struck
        assert due in model[owner], "a cancelled or replaced event struck"
        assert due.at == min(each.at for row in model.values() for each in row)
        model[owner] = tuple(each for each in model[owner] if each != due)

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        for queue, model in self.known:
            rows = [due for row in model.values() for due in row]
            assert len(queue) == len(rows)
            assert queue.soonest == min((due.at for due in rows), default=NEVER)
            assert queue.pending() == any(not due.recurring for due in rows)
            for owner, row in model.items():
                assert sorted(queue.of(owner)) == sorted(row)


TestQueues = Queues.TestCase
TestQueues.settings = settings(max_examples=50, stateful_step_count=30)


@given(st.lists(st.tuples(owners, st.integers(0, 5)), max_size=40))
def test_events_of_one_instant_strike_in_the_order_they_were_scheduled(
    scheduled: list[tuple[Owner, int]],
) -> None:
    queue, wanted = DueEvents(), []
    for number, (owner, at) in enumerate(scheduled):
        queue.set(("things", f"{owner[1]}-{number}"), [Due("tick", at)])
        wanted.append((at, number, f"{owner[1]}-{number}"))
    struck = []
    while (popped := queue.pop()) is not None:
        struck.append(popped[0][1])
    assert struck == [name for _, _, name in sorted(wanted)]


def test_an_equal_event_keeps_its_place_in_the_queue() -> None:
    queue = DueEvents()
    queue.set(("things", "a"), [Due("tick", 5)])
    queue.set(("things", "b"), [Due("tick", 5)])
    queue.set(("things", "a"), [Due("tick", 5), Due("end", 9)])
    first = queue.pop()
    assert first == (("things", "a"), Due("tick", 5))


def test_dead_entries_do_not_pile_up() -> None:
    queue = DueEvents()
    for at in range(10_000):
        queue.set(("things", "a"), [Due("tick", at), Due("end", at + 1)])
        queue.set(("things", str(at % 50)), [])
    assert len(queue) == 2
    assert len(queue._heap) <= 70
