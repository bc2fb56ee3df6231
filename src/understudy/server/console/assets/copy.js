// A button beside a text copies it.
import { say } from "./status.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.parentElement.querySelector("pre, textarea");
  try {
    await navigator.clipboard.writeText(text.value ?? text.textContent);
    say("Copied");
  } catch {
    getSelection().selectAllChildren(text);
    say("Selected: copy it with the keyboard");
  }
});
