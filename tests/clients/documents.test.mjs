// Clients that read an OpenAPI document, or are typed by one, over a document of the user's own:
// a record is created, read, listed to the end, updated and deleted by base URL alone.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { ORIGIN, MODULES } = process.env;
const require = createRequire(pathToFileURL(`${MODULES}/none.js`));
const headers = { authorization: "Bearer orders-default-key" };

async function roundTrip({ create, read, list, update, remove }) {
  const made = await create({ item: "tea", quantity: 2 });
  assert.equal(made.status, 201);
  const { id } = made.data;
  assert.deepEqual((await read(id)).data, made.data);
  const seen = [];
  let cursor, page;
  do {
    page = (await list(cursor ? { limit: 2, cursor } : { limit: 2 })).data;
    seen.push(...page.data.map((each) => each.id));
    cursor = page.next_cursor;
  } while (page.has_more);
  assert.equal(seen.length, 4);
  assert.equal(seen.at(-1), id);
  assert.equal((await update(id, { quantity: 3 })).data.quantity, 3);
  assert.equal((await read(id)).data.quantity, 3);
  assert.equal((await remove(id)).status, 204);
  assert.equal((await read(id)).status, 404);
}

test("openapi-client-axios, by the contract that the sandbox hands out", async () => {
  const { default: OpenAPIClientAxios } = require("openapi-client-axios");
  const definition = `${ORIGIN}/__admin/vendors/orders/contract?server=sandbox`;
  const axiosConfigDefaults = { headers, validateStatus: () => true };
  const api = new OpenAPIClientAxios({ definition, axiosConfigDefaults });
  const client = await api.init();
  await roundTrip({
    create: (body) => client.createOrder(null, body),
    read: (order_id) => client.getOrder({ order_id }),
    list: (query) => client.listOrders(query),
    update: (order_id, body) => client.changeOrder({ order_id }, body),
    remove: (order_id) => client.deleteOrder({ order_id }),
  });
});

test("openapi-fetch, by base URL", async () => {
  const { default: createClient } = require("openapi-fetch");
  const client = createClient({ baseUrl: `${ORIGIN}/~fetch/orders/v1`, headers });
  const told = async (asked) => {
    const { data, response } = await asked;
    return { data, status: response.status };
  };
  const one = (order_id, more) => ({ params: { path: { order_id } }, ...more });
  await roundTrip({
    create: (body) => told(client.POST("/orders", { body })),
    read: (id) => told(client.GET("/orders/{order_id}", one(id))),
    list: (query) => told(client.GET("/orders", { params: { query } })),
    update: (id, body) => told(client.PATCH("/orders/{order_id}", one(id, { body }))),
    remove: (id) => told(client.DELETE("/orders/{order_id}", one(id))),
  });
});
