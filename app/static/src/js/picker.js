/** What pages with a concept picker run. */
import "./elements/concept-picker.js";
