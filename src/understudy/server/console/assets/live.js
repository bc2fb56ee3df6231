// Keeps what is shown as it is now: the parts marked data-live come anew when something happens.
import { say } from "./status.js";

const PAUSE = 400; // milliseconds between two looks, however much happens
const KINDS = ["call", "transition", "clock", "rules", "record", "session", "summary", "gap"];
let last = 0;
let due = null;
let asking = null;

function keyOf(details) {
  const part = details.closest("[id]");
  return [...(part ?? document).querySelectorAll("details")].indexOf(details) + (part?.id ?? "");
}

function replace(old, made) {
  const open = new Set([...old.querySelectorAll("details[open]")].map(keyOf));
  const known = new Set([...old.querySelectorAll("[id]")].map((each) => each.id));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const again = focused?.id ? `#${CSS.escape(focused.id)}` : focused?.getAttribute("href");
  old.replaceWith(made);
  for (const each of made.querySelectorAll("details")) if (open.has(keyOf(each))) each.open = true;
  for (const each of made.querySelectorAll("tr[id], li[id]")) {
    if (known.size && !known.has(each.id)) each.classList.add("fresh");
  }
  if (again) {
    const found = focused.id ? made.querySelector(again) : made.querySelector(`a[href="${CSS.escape(again)}"]`);
    found?.focus({ preventScroll: true });
  }
}

function isEdited(part) {
  const at = document.activeElement;
  return part.contains(at) && at.matches("input, select, textarea");
}

async function fetched(address) {
  asking?.abort();
  asking = new AbortController();
  const reply = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  return { page, at: reply.url };
}

export async function refresh() {
  last = Date.now();
  try {
    const { page } = await fetched(location.href);
    for (const old of document.querySelectorAll("[data-live]")) {
      const made = page.getElementById(old.id);
      if (made && !isEdited(old) && made.outerHTML !== old.dataset.seen) {
        const seen = made.outerHTML;
        replace(old, made);
        made.dataset.seen = seen;
      }
    }
  } catch (error) {
    if (error.name !== "AbortError") say("The sandbox does not answer", true);
  }
}

function soon() {
  if (due || document.hidden) return;
  due = setTimeout(() => {
    due = null;
    refresh();
  }, Math.max(60, last + PAUSE - Date.now()));
}

export function show(address) {
  location.assign(address);
}

function listen() {
  const { events } = document.body.dataset;
  if (!events || !document.querySelector("[data-live]")) return;
  const source = new EventSource(events);
  for (const kind of KINDS) source.addEventListener(kind, soon);
  document.addEventListener("visibilitychange", soon);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

listen();
