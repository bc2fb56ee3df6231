// Asks the admin API, as the page that it is.
export async function ask(method, path, body, type = "application/json") {
  const headers = {};
  const { says, word } = document.body.dataset;
  if (word) headers[says] = word;
  if (body !== undefined) headers["content-type"] = type;
  let reply;
  try {
    reply = await fetch(path, { method, headers, body });
  } catch {
    return { ok: false, told: { title: "The sandbox does not answer", fix: "Is it still running?" } };
  }
  const text = await reply.text();
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    told = { detail: text.slice(0, 500) };
  }
  return { ok: reply.ok, told };
}

export function problemText(told) {
  const parts = [told?.detail || told?.title || "It was refused"];
  if (told?.where) parts.push(`at ${told.where}`);
  if (told?.fix) parts.push(told.fix);
  return parts.join(" · ");
}
