// The line at the foot of the page that says what has just happened.
let until;

export function say(text, isWrong = false) {
  const line = document.getElementById("status");
  if (!line) return;
  line.textContent = text;
  line.className = isWrong ? "wrong" : "said";
  clearTimeout(until);
  until = setTimeout(() => {
    line.textContent = "";
    line.className = "";
  }, 6000);
}
