// A record on paper: the browser prints the page, a PDF is its own.

import { inside } from "./staff.js";
import { go } from "./stage.js";

inside({ print: () => window.print(), back: () => go("/staff/handover") }, ["record"]);
