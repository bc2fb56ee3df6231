"""What a run keeps: its pairs with what went in, what happened, what came out."""

from __future__ import annotations

from typing import Any

from msgspec import json

from tests.vendors.interactly.harness import ADA, OURS, START, TALK, Harness, inputs, types
from understudy.vendors.interactly.wire import stamp

END = "end_workflow_iteration"


def test_the_answer_is_nested_twice_and_has_these_keys() -> None:
    status, body = Harness().post(workflow_id=TALK)
    document = body["workflow_run"]
    run = document["workflow_run"]
    (pair,) = run["input_output_pairs"]
    assert status == 200
    assert list(body) == ["workflow_run"]
    assert list(document) == [
        *("team_id", "created_by", "updated_by", "created_at", "updated_at", "_id"),
        "workflow_run",
    ]
    assert list(run) == ["logical_id", "workflow_id", "status", "input_output_pairs", "comments"]
    assert list(pair) == ["run_input", "run_output"]
    assert list(pair["run_output"]) == ["events", "thread_to_node_outputs"]
    assert (document["team_id"], document["created_by"], run["comments"]) == (OURS, ADA, [])


def test_ids_look_like_the_vendors() -> None:
    one = Harness()
    made = one.start()
    assert made.id[:8] == f"{START // 1000:08x}"
    assert (len(made.id), int(made.id, 16) > 0) == (24, True)
    assert made.logical_id.startswith("workflow_run_")
    uuid = made.logical_id.removeprefix("workflow_run_")
    assert [len(part) for part in uuid.split("-")] == [8, 4, 4, 4, 12]
    assert uuid[14] == "4"
    assert uuid[19] in "89ab"


def test_an_input_is_kept_with_the_defaults_of_what_was_not_sent() -> None:
    one = Harness()
    made = one.start(dynamic_variables={"visit": "V-1"}, colour="blue", run_by="api")
    (pair,) = made.pairs
    assert json.decode(pair.run_input) == {
        "dynamic_variables": {"visit": "V-1"},
        "runtime_variables": {},
        "miscellaneous": {},
        "command": "start",
        "workflow_id": TALK,
        "workflow_run_id": None,
        "thread_to_node_inputs": {},
    }


def test_a_turn_keeps_all_that_was_sent() -> None:
    one = Harness()
    made = one.start()
    sent = {
        "dynamic_variables": {"a": [1, {"b": None}]},
        "runtime_variables": {"c": 1.5},
        "miscellaneous": {"d": ""},
        "thread_to_node_inputs": {"0": {"node_run_inputs": []}},
    }
    one.command("data", made.id, **sent)
    assert json.decode(one.run(made.id).pairs[1].run_input) == {
        **sent,
        "command": "data",
        "workflow_id": TALK,
        "workflow_run_id": made.id,
    }


def test_events_tell_each_segment() -> None:
    one = Harness()
    made = one.start()
    one.command("data", made.id)
    one.command("resume", made.id)
    assert types(one.run(made.id)) == [
        ["start_workflow", "assistant_response", "workflow_ready_for_input", END],
        [END],
        [END, "end_workflow"],
    ]
    assert inputs(one.run(made.id)) == [("start", None), ("data", made.id), ("resume", made.id)]


def test_events_have_ids_of_their_own_and_the_present() -> None:
    one = Harness()
    made = one.start()
    one.after("90s").command("data", made.id)
    told = [json.decode(event) for pair in one.run(made.id).pairs for event in pair.events]
    ids = [event["logical_id"] for event in told]
    assert len(set(ids)) == len(ids) == 5
    assert all(each.startswith("event_") for each in ids)
    assert {event["timestamp"] for event in told} == {START / 1000, START / 1000 + 90}
    assert told[1] == {
        "type": "assistant_response",
        "logical_id": ids[1],
        "timestamp": START / 1000,
        "origin_node_name": "greet",
        "content": "Hello",
    }
    assert [event["iteration_number"] for event in told if event["type"] == END] == [1, 2]


def test_outputs_are_kept_by_thread_segment_by_segment() -> None:
    one = Harness()
    made = one.start()
    one.command("data", made.id)
    one.command("resume", made.id)
    pairs = one.read(made.id)["workflow_run"]["workflow_run"]["input_output_pairs"]
    assert [pair["run_output"]["thread_to_node_outputs"] for pair in pairs] == [
        {},
        {"0": [{"found": 1}]},
        {"0": [{"booked": True}]},
    ]


def test_work_side_by_side_tells_and_gives_all_of_it() -> None:
    steps = [
        {
            "parallel": [
                {"do": "a", "output": 1, "events": [{"type": "user_messages"}, "odd", {"x": 1}]},
                {"do": "b", "output": None, "events": []},
                {"do": "c", "output": {"n": 3}},
            ]
        }
    ]
    one = Harness(workflows=[{"name": "side", "steps": steps}])
    made = one.start(one.workflow("side").id)
    (pair,) = made.pairs
    told = [json.decode(event) for event in pair.events]
    assert [each if isinstance(each, str) else each.get("type") for each in told] == [
        *("start_workflow", "user_messages", "odd", None),
        *(END, "end_workflow"),
    ]
    assert told[3]["x"] == 1
    assert [json.decode(each) for each in pair.outputs] == [1, {"n": 3}]


def test_why_a_run_failed() -> None:
    failing: list[tuple[dict[str, Any], str]] = [
        ({"do": "a", "fails": {"error": "no answer"}}, "no answer"),
        ({"do": "a", "fails": {"error": {"code": 7}}}, '{"code":7}'),
        ({"do": "a", "takes": "2s", "timeout": "1s"}, "timeout"),
        ({"parallel": [{"do": "a"}, {"do": "b", "fails": {"error": "b broke"}}]}, "b broke"),
        ({"outcome": "failed", "error": "on purpose"}, "on purpose"),
        ({"outcome": "failed"}, "failed"),
    ]
    for step, message in failing:
        one = Harness(workflows=[{"name": "w", "steps": [step]}])
        made = one.start(one.workflow("w").id)
        last = json.decode(made.pairs[-1].events[-1])
        assert (last["type"], last["error_message"]) == ("workflow_error", message)
        assert (made.state, made.termination_source) == ("failed", "execution_error")
        assert one.read(made.id)["workflow_run"]["workflow_run"]["termination_source"] == (
            "execution_error"
        )


def test_a_step_is_tried_again_and_told_once() -> None:
    step = {"do": "a", "takes": "1s", "output": "ok", "fails": {"times": 2}, "retry": {"limit": 2}}
    one = Harness(workflows=[{"name": "w", "steps": [step]}])
    made = one.start(one.workflow("w").id)
    assert (made.state, [json.decode(each) for each in made.pairs[0].outputs]) == (
        "completed",
        ["ok"],
    )


def test_a_stop_ends_what_is_told() -> None:
    one = Harness(
        workflows=[{"name": "slow", "mode": "async", "steps": [{"do": "a", "takes": "1h"}]}]
    )
    made = one.start(one.workflow("slow").id)
    assert one.after("5m").command("stop", made.id) == (200, "cancelled")
    assert types(one.run(made.id)) == [["start_workflow", "end_workflow"]]
    talk = one.start()
    assert one.command("stop", talk.id) == (200, "cancelled")
    assert types(one.run(talk.id)) == types(talk)


def test_a_pause_ends_a_segment_and_the_rest_is_another() -> None:
    steps = [{"do": "a", "takes": "1h", "output": 1}]
    one = Harness(workflows=[{"name": "slow", "mode": "async", "steps": steps}])
    made = one.start(one.workflow("slow").id)
    one.after("5m").command("pause", made.id)
    one.after("5m").command("resume", made.id)
    one.after("1h")
    assert types(one.run(made.id)) == [["start_workflow", END], [END, "end_workflow"]]
    assert [len(pair.outputs) for pair in one.run(made.id).pairs] == [0, 1]


def test_a_read_says_what_newer_clients_said() -> None:
    one = Harness()
    made = one.start(run_by="api", version_number=3)
    run = one.read(made.id)["workflow_run"]["workflow_run"]
    assert (run["run_by"], run["version_number"], run["version_name"]) == ("api", 3, None)
    plain = one.read(one.start(run_by=7, version_number="x").id)["workflow_run"]["workflow_run"]
    assert (plain["run_by"], plain["version_number"]) == (None, 0)
    assert plain["version_name"] == "Initial Version"


def test_a_read_has_the_keys_of_an_answer_and_four_more() -> None:
    one = Harness()
    _, answer = one.post(workflow_id=TALK)
    made = answer["workflow_run"]["_id"]
    read = one.read(made)
    assert set(read["workflow_run"]) == set(answer["workflow_run"])
    told, more = (
        answer["workflow_run"].pop("workflow_run"),
        read["workflow_run"].pop("workflow_run"),
    )
    assert read == answer
    assert {key: more[key] for key in told} == told
    assert set(more) - set(told) == {
        *("version_number", "version_name", "termination_source", "run_by"),
    }


def test_instants_are_written_as_the_platform_does() -> None:
    assert stamp(START) == "2026-01-01T00:00:00Z"
    assert stamp(START + 7) == "2026-01-01T00:00:00.007000Z"
    assert stamp(START + 999) == "2026-01-01T00:00:00.999000Z"
