// The form that calls an operation of a vendor, and then shows the call.
import { show } from "./live.js";
import { say } from "./status.js";

function request(form) {
  const { call: method, signed, type } = form.dataset;
  const keys = JSON.parse(signed);
  const headers = { ...keys.headers };
  const query = new URLSearchParams(keys.query);
  let path = form.dataset.target;
  for (const field of form.elements) {
    const where = field.dataset.in;
    if (where === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (!field.value) continue;
    else if (where === "query") query.append(field.name, field.value);
    else if (where === "header") headers[field.name] = field.value;
  }
  const body = form.elements.body?.value || undefined;
  if (body && type) headers["content-type"] = type;
  const text = query.toString();
  return [path + (text ? `?${text}` : ""), { method, headers, body, redirect: "manual" }];
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-call]");
  if (!form) return;
  event.preventDefault();
  let id = null;
  try {
    const reply = await fetch(...request(form));
    id = reply.headers.get("x-understudy-request");
    if (!id) say(`${reply.status}: the sandbox itself answered`, true);
  } catch {
    id = "latest"; // a lost answer: the journal has the call
  }
  if (id) show(form.dataset.then + id.split(".").pop());
});
