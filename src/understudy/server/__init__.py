"""The sandbox as an ASGI application: the only place with Starlette and bytes."""
