"""The states of instances, and what leads from one to the other."""

from __future__ import annotations

from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    OVER,
    PAUSED,
    QUEUED,
    ROLLING_BACK,
    RUNNING,
    STATUSES,
    TERMINATED,
    WAITING,
    WAITING_FOR_PAUSE,
)

LIVE = (QUEUED, RUNNING, WAITING, WAITING_FOR_PAUSE, PAUSED)

INSTANCE = Lifecycle(
    states=STATUSES,
    transitions=(
        Transition("start", (QUEUED,), (RUNNING, WAITING), "there is room for it"),
        Transition(
            "step",
            (RUNNING, WAITING),
            (RUNNING, WAITING, QUEUED),
            "a step is over and the next begins; without room for it, it is queued",
        ),
        Transition("rest", (RUNNING,), (WAITING,), "an attempt failed, it waits for the next"),
        Transition("retry", (WAITING,), (RUNNING, QUEUED), "the next attempt begins"),
        Transition("hold", (WAITING_FOR_PAUSE,), (PAUSED,), "its step is over"),
        Transition("complete", (QUEUED, RUNNING, WAITING), (COMPLETE,), "its last step is over"),
        Transition(
            "fail",
            (QUEUED, RUNNING, WAITING, WAITING_FOR_PAUSE),
            (ERRORED,),
            "a step failed for good, or a wait timed out",
        ),
        Transition("quit", (QUEUED, RUNNING, WAITING), (TERMINATED,), "its timeline says so"),
        Transition("pause", (RUNNING,), (WAITING_FOR_PAUSE,), "changeInstanceStatus: pause"),
        Transition("pause", (WAITING,), (PAUSED,), "changeInstanceStatus: pause"),
        Transition("resume", (PAUSED,), (QUEUED,), "changeInstanceStatus: resume"),
        Transition("resume", (WAITING_FOR_PAUSE,), (RUNNING,), "changeInstanceStatus: resume"),
        Transition("terminate", LIVE, (TERMINATED,), "changeInstanceStatus: terminate, or a job"),
        Transition(
            "roll back",
            LIVE,
            (ROLLING_BACK,),
            "changeInstanceStatus: with rollback; or it failed, and its steps say how to undo them",
        ),
        Transition("undo", (ROLLING_BACK,), (ROLLING_BACK,), "a step is undone, on to the next"),
        Transition(
            "undone", (ROLLING_BACK,), (TERMINATED, ERRORED), "the rollback is over, or failed"
        ),
        Transition("restart", STATUSES, (QUEUED,), "changeInstanceStatus: restart"),
    ),
    terminal=frozenset(OVER),
)

# How an instance ends, in the words of an `outcome` step, and the event of it.
ENDINGS = {COMPLETE: "complete", ERRORED: "fail", TERMINATED: "quit"}
