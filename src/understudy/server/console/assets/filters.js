// A filter is applied as soon as it is chosen; the address says it. Empty ones are left out.
import { show } from "./live.js";

function address(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : "");
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-filter]");
  if (!form) return;
  event.preventDefault();
  show(address(form));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filter]");
  if (form && form.reportValidity()) show(address(form));
});
