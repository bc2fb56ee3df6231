"""What Understudy is compared with: raw ASGI and bare Starlette, the same JSON in and out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from understudy.server.wire.listen import open_socket, origin_of, serve

INSTANCES = "/instances"
ORDERS = "/orders"


def raw(replies: dict[str, Any]) -> Any:
    """The floor: reads the body, sends bytes that were made before; no router, no JSON."""
    bodies = {name: json.dumps(reply).encode() for name, reply in replies.items()}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        body = bodies[_which(scope["method"], scope["path"])]
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _which(method: str, path: str) -> str:
    if path.startswith(ORDERS):
        return "order" if method == "POST" else "orders"
    if INSTANCES in path:
        return "create" if method == "POST" else "describe"
    return "post" if method == "POST" else "get"


def starlette(replies: dict[str, Any]) -> Starlette:
    """What most people would write: a route each, JSON parsed and rendered, nothing checked."""

    async def resume(request: Request) -> JSONResponse:
        payload = (await request.json())["payload"]
        assert payload["source"]
        assert request.path_params["process_id"]
        return JSONResponse(replies["post"])

    async def history(request: Request) -> JSONResponse:
        assert request.query_params["workflow_id"]
        return JSONResponse(replies["get"])

    async def create(request: Request) -> JSONResponse:
        assert (await request.json())["params"]
        assert request.path_params["workflow_name"]
        return JSONResponse(replies["create"])

    async def describe(request: Request) -> JSONResponse:
        assert request.path_params["instance_id"]
        return JSONResponse(replies["describe"])

    async def create_order(request: Request) -> JSONResponse:
        assert (await request.json())["customer"]
        return JSONResponse(replies["order"], 201)

    async def list_orders(request: Request) -> JSONResponse:
        assert int(request.query_params["limit"]) == 20
        return JSONResponse(replies["orders"])

    instances = f"/accounts/{{account_id}}/workflows/{{workflow_name}}{INSTANCES}"
    return Starlette(
        routes=[
            Route("/resumeWorkflow/{process_id}", resume, methods=["POST"]),
            Route("/getWorkflowExecutionHistory", history),
            Route(instances, create, methods=["POST"]),
            Route(f"{instances}/{{instance_id}}", describe),
            Route(ORDERS, create_order, methods=["POST"]),
            Route(ORDERS, list_orders),
        ]
    )


RIVALS = {"raw": raw, "starlette": starlette}


def main() -> None:
    """`compared_servers NAME REPLIES READY`: serves until ended."""
    name, replies, ready = sys.argv[1:]
    app = RIVALS[name](json.loads(Path(replies).read_text(encoding="utf-8")))
    opened = open_socket("127.0.0.1", 0)
    serve(app, opened, lambda: write(Path(ready), origin_of(opened)))


def write(ready: Path, origin: str) -> None:
    """The origin in a file that is there only when it is whole."""
    draft = ready.with_suffix(".draft")
    draft.write_text(origin, encoding="utf-8")
    draft.replace(ready)


if __name__ == "__main__":
    main()
