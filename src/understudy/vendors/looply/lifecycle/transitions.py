"""The states of executions and schedules, and what leads from one to the other."""

from __future__ import annotations

from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.vendors.looply.records import (
    ACTIVE,
    AWAITING_RESPONSE,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    LIVE,
    OVER,
    PAUSED,
    TERMINATED,
    UNSCHEDULED,
)

EXECUTION = Lifecycle(
    states=(IN_PROGRESS, AWAITING_RESPONSE, *OVER),
    transitions=(
        Transition("step", (IN_PROGRESS,), (IN_PROGRESS,), "a step is done, the next begins"),
        Transition("retry", (IN_PROGRESS,), (IN_PROGRESS,), "a failed step is tried again"),
        Transition("wait", (IN_PROGRESS,), (AWAITING_RESPONSE,), "it has come to a wait step"),
        Transition(
            "resume",
            (AWAITING_RESPONSE,),
            (IN_PROGRESS, AWAITING_RESPONSE),
            "resumeWorkflow; it waits on where the next step is a wait, too",
        ),
        Transition("complete", (IN_PROGRESS,), (COMPLETED,), "its last step is done"),
        Transition("fail", LIVE, (FAILED,), "a step failed for good, or a wait timed out"),
        Transition("terminate", LIVE, (TERMINATED,), "terminateWorkflow, or a terminate step"),
    ),
    terminal=frozenset(OVER),
)

SCHEDULE = Lifecycle(
    states=(UNSCHEDULED, ACTIVE, PAUSED),
    transitions=(
        Transition("pause", (ACTIVE,), (PAUSED,), "toggleScheduledWorkflow with PAUSE"),
        Transition("play", (PAUSED,), (ACTIVE,), "toggleScheduledWorkflow with PLAY"),
    ),
)

# How an execution ends, in the words of an `outcome` step, and the event of it.
ENDINGS = {COMPLETED: "complete", FAILED: "fail", TERMINATED: "terminate"}
ENDED = {event: state for state, event in ENDINGS.items()}
