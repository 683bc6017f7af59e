// What came of a case, as a notice on paper.

import { inside } from "./staff.js";
import { $, go } from "./stage.js";

const { case: number } = $('[data-screen="outcome"]').dataset;

inside({ print: () => window.print(), slip: () => go(`/staff/slip/${number}`) }, ["outcome"]);
