"""The vendor's own command line, `wrangler workflows`, where Node 22 and wrangler are found.

`UNDERSTUDY_NODE` and `UNDERSTUDY_WRANGLER` name them where the PATH does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.sandbox_process import Session

NODE = 22  # what wrangler wants at least
PATIENCE = 60  # seconds for one command
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

APPROVE = ("--type", "approved", "--payload", '{"by": "ada"}')
# A command, its exit code, what it prints, and the calls it makes.
STORY: tuple[tuple[tuple[str, ...], int, str, str], ...] = (
    (("list",), 0, "Showing 2 workflows from page 1", "listWorkflows"),
    (("list", "--per-page", "1"), 0, "Showing 1 workflow", "listWorkflows"),
    (("describe", "order"), 0, "000000000001", "getWorkflow listVersions"),
    (("trigger", "order", '{"n": 7}', "--id", "i"), 0, '"i" has been queued', "createInstance"),
    (("trigger", "order", "--id", "i"), 1, "already_exists [code: 10405]", "createInstance"),
    (("trigger", "nightly"), 0, "has been queued", "createInstance"),
    (("instances", "list", "order"), 0, "Running", "listInstances"),
    (("instances", "list", "order", "--status", "paused"), 0, "No instances", "listInstances"),
    (("instances", "describe", "order", "i"), 0, "check-1", "describeInstance"),
    (
        ("instances", "describe", "order", "latest"),
        0,
        "Instance Id:    i",
        "listInstances describeInstance",
    ),
    (("instances", "pause", "order", "i"), 0, "paused successfully", "changeInstanceStatus"),
    (("instances", "resume", "order", "i"), 0, "resumed successfully", "changeInstanceStatus"),
    (("instances", "send-event", "order", "i", *APPROVE), 0, "was sent to", "sendEvent"),
    (("instances", "restart", "order", "i"), 0, "restarted successfully", "changeInstanceStatus"),
    (
        ("instances", "terminate", "order", "i"),
        0,
        "terminated successfully",
        "changeInstanceStatus",
    ),
    (("instances", "terminate", "order", "i"), 1, "[code: 10401]", "changeInstanceStatus"),
    (("instances", "describe", "order", "i"), 0, "Terminat", "describeInstance"),
    (("instances", "delete", "order", "i", "x"), 1, "not_found", "batchDeleteInstances"),
    (("instances", "terminate-all", "nightly"), 0, "has been started", "terminateInstances"),
    (("delete", "nightly"), 0, "removed successfully", "deleteWorkflow"),
    (("describe", "nightly"), 1, "[code: 10200]", "getWorkflow"),
)


def node() -> str:
    """Node, new enough; skips where there is none."""
    found = os.environ.get("UNDERSTUDY_NODE") or shutil.which("node")
    if found is None:
        pytest.skip("node is not on the PATH (or say UNDERSTUDY_NODE)")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    version = int(told.stdout.lstrip("v").partition(".")[0])
    if version < NODE:
        pytest.skip(f"wrangler needs node {NODE}, and {found} is {told.stdout.strip()}")
    return found


def wrangler() -> str:
    """The script of wrangler; skips where there is none."""
    found = os.environ.get("UNDERSTUDY_WRANGLER") or shutil.which("wrangler")
    if found is None:
        pytest.skip("wrangler is not on the PATH (or say UNDERSTUDY_WRANGLER)")
    return os.path.realpath(found)


def ran(shop: Session, home: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """What a command of wrangler's prints, and its exit code."""
    runtime, script = node(), wrangler()
    environment = {
        **{name: value for name, value in os.environ.items() if "CLOUDFLARE" not in name},
        "CLOUDFLARE_API_BASE_URL": shop.url,
        "CLOUDFLARE_API_TOKEN": "shop-token",
        "WRANGLER_SEND_METRICS": "false",
        "HOME": str(home),
        "CI": "1",
        "PATH": f"{Path(runtime).parent}{os.pathsep}{os.environ['PATH']}",
        **variables,
    }
    told = subprocess.run(
        [runtime, script, *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return told.returncode, COLOUR.sub("", told.stdout + told.stderr)


def test_every_command(shop: Session, tmp_path: Path) -> None:
    wanted: list[str] = []
    for arguments, code, said, operations in STORY:
        told, printed = ran(
            shop, tmp_path, "workflows", *arguments, CLOUDFLARE_ACCOUNT_ID="account_id"
        )
        assert (told, said in printed) == (code, True), f"{arguments}: {printed}"
        wanted += operations.split()
    assert [operation for operation, _ in shop.asked()] == wanted


def test_it_finds_the_account_by_itself(shop: Session, tmp_path: Path) -> None:
    code, printed = ran(shop, tmp_path, "workflows", "list")
    assert (code, "Showing 2 workflows from page 1" in printed) == (0, True), printed
    operations = [operation for operation, _ in shop.asked()]
    assert sorted(operations) == ["listAccounts", "listMemberships", "listWorkflows"]


def test_it_tells_who_it_is(shop: Session, tmp_path: Path) -> None:
    code, printed = ran(shop, tmp_path, "whoami")
    assert (code, "User API Token" in printed, "ops@shop.example" in printed) == (0, True, True)
    assert "account_id" in printed
