// Starts what makes the pages alive; each module does one thing.
import "./copy.js";
import "./call_form.js";
import "./filters.js";
import "./forms.js";
import "./live.js";
import "./steps.js";

// On a small screen the bar of views begins where one is.
document.querySelector(".top nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
