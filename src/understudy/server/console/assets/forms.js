// A form that asks the admin API: data-method, data-path, its fields as JSON; then data-then.
import { ask, problemText } from "./admin.js";
import { refresh, show } from "./live.js";
import { say } from "./status.js";

function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  if ("json" in field.dataset) return field.value ? JSON.parse(field.value) : undefined;
  if (field.value === "") return undefined;
  return "number" in field.dataset ? Number(field.value) : field.value;
}

function isChanged(field) {
  if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
  return field.value !== field.defaultValue;
}

function put(body, name, value) {
  const parts = name.split("/");
  const last = parts.pop();
  let place = body;
  for (const part of parts) place = place[part] ??= {};
  place[last] = value;
}

async function bodyOf(form) {
  if (form.dataset.body !== undefined) return form.dataset.body;
  const whole = form.querySelector("[data-whole]");
  if (whole) return whole.type === "file" ? await whole.files[0].text() : whole.value;
  const body = {};
  for (const field of form.elements) {
    if (!field.name || ("changed" in form.dataset && !isChanged(field))) continue;
    const value = valueOf(field);
    if (value !== undefined) put(body, field.name, value);
  }
  return JSON.stringify(body);
}

function tell(form, text) {
  let line = form.querySelector(".problem");
  if (!line) {
    line = document.createElement("p");
    line.className = "problem";
    line.setAttribute("role", "alert");
    form.append(line);
  }
  line.textContent = text;
}

function goOn(then, told) {
  if (then.startsWith("/")) {
    show(then.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(told?.[name] ?? "")));
    return;
  }
  say(then.startsWith("said:") ? then.slice(5) : "Done");
  refresh();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-path]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.ask && !confirm(form.dataset.ask)) return;
  form.querySelector(".problem")?.remove();
  const { method, path, then = "refresh", type } = form.dataset;
  let body;
  try {
    body = method === "DELETE" || method === "GET" ? undefined : await bodyOf(form);
  } catch {
    tell(form, "That is no JSON");
    return;
  }
  const { ok, told } = await ask(method, path, body === "{}" && !form.elements.length ? undefined : body, type);
  if (ok) {
    form.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: { form, told } }));
    goOn(then, told);
  } else tell(form, problemText(told));
});
