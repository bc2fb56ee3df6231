"""The states of a run and what leads from one to the other: the table of commands, and time's."""

from __future__ import annotations

from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.vendors.interactly.records import (
    ABORTED,
    ACTIVE,
    CANCELLED,
    COMPLETED,
    FAILED,
    NOT_STARTED,
    OVER,
    PAUSED,
    RUNNING,
    STARTED,
    STATES,
    WAITING,
)

COMMANDS = ("start", "data", "resume", "pause", "stop")

RUN = Lifecycle(
    states=STATES,
    transitions=(
        Transition(
            "start",
            (NOT_STARTED, WAITING, PAUSED),
            (RUNNING,),
            "start with the run's id: a turn of the conversation",
        ),
        Transition("data", (WAITING,), (RUNNING,), "data: the user's answer"),
        Transition("resume", (WAITING,), (RUNNING,), "resume, tolerated for data"),
        Transition(
            "resume",
            (PAUSED,),
            (RUNNING, WAITING),
            "resume; what was paused while it waited, waits",
        ),
        Transition("pause", ACTIVE, (PAUSED,), "pause"),
        Transition("stop", (NOT_STARTED, *ACTIVE, PAUSED), (CANCELLED,), "stop"),
        Transition("run", (STARTED,), (RUNNING,), "its first step begins"),
        Transition("step", (RUNNING,), (RUNNING,), "a step is done, the next begins"),
        Transition("retry", (RUNNING,), (RUNNING,), "a failed step is tried again"),
        Transition("wait", (RUNNING,), (WAITING,), "it has come to a `wait: input`"),
        Transition("hold", (RUNNING,), (PAUSED,), "it has come to a `wait: pause`"),
        Transition("complete", (RUNNING,), (COMPLETED,), "its last step is done"),
        Transition("fail", ACTIVE, (FAILED,), "a step failed for good, or the reaper came"),
        Transition("abort", (RUNNING,), (ABORTED,), "it went round in circles"),
    ),
    terminal=frozenset(OVER),
)

# How a run ends, in the words of an `outcome` step, and the event of it.
ENDINGS = {COMPLETED: "complete", FAILED: "fail", ABORTED: "abort"}
