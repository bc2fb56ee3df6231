"""New ids: the same seed gives the same ones, in any process."""

from __future__ import annotations

import re
import subprocess
import sys
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.simulation.identifiers import Identifiers

UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def some(ids: Identifiers) -> list[object]:
    return [ids.uuid("run"), ids.uuid("run"), ids.hex("row", 24), ids.number("port", 1000)]


def test_another_process_makes_the_same_ids() -> None:
    code = (
        "from understudy.simulation.identifiers import Identifiers as I;"
        "i = I(7, 'looply');"
        "print([i.uuid('run'), i.uuid('run'), i.hex('row', 24), i.number('port', 1000)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(some(Identifiers(7, "looply")))


def test_these_ids_never_change() -> None:
    ids = Identifiers(0, "looply")
    assert ids.uuid("execution") == "4b2f7ef2-8029-4685-ab51-1332074be86a"


@given(st.integers(), st.text(max_size=20), st.text(max_size=20))
def test_a_uuid_is_of_version_four(seed: int, vendor: str, kind: str) -> None:
    made = Identifiers(seed, vendor).uuid(kind)
    assert UUID_4.fullmatch(made) is not None
    assert UUID(made).version == 4


@pytest.mark.parametrize(("one", "other"), [((0, "a"), (1, "a")), ((0, "a"), (0, "b"))])
def test_seed_and_vendor_make_a_difference(one: tuple[int, str], other: tuple[int, str]) -> None:
    assert Identifiers(*one).uuid("run") != Identifiers(*other).uuid("run")


@given(st.lists(st.sampled_from(["run", "row", "key"]), max_size=50))
def test_no_id_comes_twice_and_kinds_do_not_disturb_each_other(kinds: list[str]) -> None:
    ids, alone = Identifiers(3, "looply"), Identifiers(3, "looply")
    made = [(kind, ids.uuid(kind)) for kind in kinds]
    assert len(set(made)) == len(made)
    assert [made_id for kind, made_id in made if kind == "run"] == [
        alone.uuid("run") for kind in kinds if kind == "run"
    ]


@pytest.mark.parametrize("length", [1, 24, 31, 32, 128])
def test_hex_digits_are_as_many_as_asked_for(length: int) -> None:
    assert re.fullmatch(f"[0-9a-f]{{{length}}}", Identifiers(0, "x").hex("row", length))


def test_a_fork_and_a_copy_of_the_counters_go_on_from_the_same_place() -> None:
    ids = Identifiers(5, "looply")
    ids.uuid("run")
    twin, restored = ids.fork(), Identifiers(5, "looply", ids.counters())
    following = ids.uuid("run")
    assert [twin.uuid("run"), restored.uuid("run")] == [following, following]
