"""What `understudy serve --help` says before its options."""

from __future__ import annotations

from understudy.cli.project import RULE
from understudy.cli.serve_options import PREFIX
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT

READINGS = """\b
  looply/      empty-last-page, gateway-unknown-paths, legacy-resume,
               strict-terminate, unknown-action-conflicts,
               unknown-profile-refused
  refold/      application-not-enabled, failed-run-is-500, rate-limit,
               unknown-account-refused, unpublished-refused
  cloudflare/  creation-limit, rate-limit
  interactly/  no-threads, pause-and-stop-repeat, strict-team
  hydracore/   created-is-200, illegal-transition-is-400, keys-are-no-admins"""

HELP = f"""Serves your OpenAPI documents, or the vendors that ship, until Ctrl-C.

A document (2.0, 3.0 or 3.1; a file, or a folder with some) is served at /NAME/..., and where it is
the only one at the root, too. NAME is made of its title, or said: shop=openapi.yaml. Its records
are remembered, its requests validated, and everything that vendors have works on it.

Without a word the project is served, and where there is none all vendors that ship; beside
documents those that are named.

Prints for each its base URL, a working key and a line to paste. Only the origin of a vendor's
URLs changes; a session of your own is one prefix: http://{DEFAULT_HOST}:{DEFAULT_PORT}/~mine/looply/...

On a terminal a line is printed for each call, and a dim one for what fell due; --log says what
is printed.

Pages of localhost, whatever their port, may call the vendors and /__admin from their scripts.
With --cors, pages of other origins may call the vendors, too. No other site's page gets at
/__admin.

With --watch, an edit of a scenario file holds at once for the rules of every session that began
with it: one that reads as before keeps its count, the others begin anew, rules added otherwise
stay. An edited world, clock or seed holds for sessions that start or are reset from then on. A
broken edit is told in a line, and what was in force before stays. Of an edited document, records
that still fit go on, and those that do not are told.

Where a vendor's page can be read in two ways, the sandbox takes the likelier one. These scenarios,
like --scenario looply/legacy-resume, take the other or add a published limit; each says why in a
comment, and several hold together:

{READINGS}

Each option can be said by its variable of the environment instead, and the vendors by
{PREFIX}VENDORS; several values are separated by spaces. {RULE}

\b
Examples:
  understudy serve
  understudy serve orders.yaml
  understudy serve shop=./openapi.json looply
  understudy serve looply --port 0 --ready-file ready.json
  understudy serve --scenario my-story.yaml --clock frozen --watch
  understudy serve --host 0.0.0.0 --admin-token "$TOKEN"
"""
