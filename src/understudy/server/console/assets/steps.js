// What an advance of the clock did, by record.
function line(step, place) {
  const item = document.createElement("li");
  const when = document.createElement("time");
  when.dateTime = step.at;
  when.textContent = `${step.at.slice(0, 10)} ${step.at.slice(11, 19)}`;
  const link = document.createElement("a");
  link.className = "id";
  link.href = place + [step.vendor, step.collection, step.id].map(encodeURIComponent).join("/");
  link.textContent = step.id;
  const state = document.createElement("span");
  state.className = "state";
  state.textContent = step.to;
  item.append(when, ` ${step.event} `, link, " ", ...(step.to ? [state] : []));
  return item;
}

document.addEventListener("answered", (event) => {
  const { form, told } = event.detail;
  const did = document.getElementById("did");
  if (form.dataset.shows !== "steps" || !did || !told?.records) return;
  const list = did.querySelector("ol");
  did.querySelector("h2").textContent = told.records.length
    ? `What happened in ${told.advanced}`
    : `Nothing happened in ${told.advanced}`;
  list.replaceChildren(...told.records.map((step) => line(step, list.dataset.place)));
  did.hidden = false;
});
