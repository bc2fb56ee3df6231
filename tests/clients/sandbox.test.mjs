// Understudy from Node: no dependency but Node itself. Run it with `node --test`.
// It starts the sandbox, takes a session of its own, loads a scenario, calls, advances, verifies.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const PYTHON = process.env.UNDERSTUDY_PYTHON ?? "python3";
const SCENARIO = `
understudy: 1
scenario: An order waits for its approval
vendor: cloudflare
clock: { at: "2026-01-05T09:00:00Z" }
world:
  cloudflare:
    base: none
    accounts: [{ name: shop, id: shop }]
    credentials: [{ name: default, token: shop-token, account: shop }]
    workflows:
      - name: order
        steps: [{ do: check, takes: 30s }, { wait: approval, event: approved }, { do: ship, takes: 1m, output: done }]
verify:
  - { operation: createInstance, times: 1 }
  - { operation: sendEvent, times: 1 }
`;

let sandbox, origin, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "understudy-"));
  const ready = join(folder, "ready.json");
  const options = ["serve", "cloudflare", "--port", "0", "--ready-file", ready];
  sandbox = spawn(PYTHON, ["-m", "understudy", ...options], { stdio: ["ignore", "ignore", "inherit"] });
  for (let waited = 0; !existsSync(ready); waited += 50) {
    assert.ok(sandbox.exitCode === null && waited < 30_000, "the sandbox does not listen");
    await sleep(50);
  }
  origin = JSON.parse(readFileSync(ready, "utf8")).url;
});

after(async () => {
  sandbox.kill("SIGTERM");
  await new Promise((ended) => sandbox.once("exit", ended));
  rmSync(folder, { recursive: true });
});

async function send(method, url, body, headers = {}) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

test("an order waits for its approval, and is done a minute after it", async () => {
  const admin = (path, body) => send("POST", `${origin}/__admin/sessions${path}`, body);
  const session = (await admin("", { name: "node", scenario: SCENARIO })).body;
  assert.equal(session.prefix, "/~node");

  const workflow = `${origin}/~node/cloudflare/client/v4/accounts/shop/workflows/order`;
  const call = async (method, path, body) => {
    const answer = await send(method, `${workflow}${path}`, body, { authorization: "Bearer shop-token" });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.result;
  };
  assert.equal((await call("POST", "/instances", { instance_id: "order-1" })).status, "queued");
  assert.equal((await call("GET", "/instances/order-1")).status, "running");

  await admin("/node/clock/advance", { by: "30s" });
  assert.equal((await call("GET", "/instances/order-1")).status, "running");
  const early = await admin("/node/verify");
  assert.equal(early.status, 409, "no event was sent yet");

  await call("POST", "/instances/order-1/events/approved", { by: "ada" });
  await admin("/node/clock/advance", { by: "1m" });
  const done = await call("GET", "/instances/order-1");
  assert.deepEqual([done.status, done.output, done.end], ["complete", "done", "2026-01-05T09:01:30.000Z"]);
  assert.equal((await admin("/node/verify")).status, 200);
});
