// Starts what makes the pages alive; each module does one thing.
import "./copy.js";
import "./call_form.js";
import "./filters.js";
import "./forms.js";
import "./live.js";
import "./steps.js";
