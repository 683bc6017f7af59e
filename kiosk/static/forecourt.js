// The forecourt: every gun at this moment. Two seconds old at most, and nothing is asked while nobody looks.

import { html } from "./door.js";
import { inside } from "./staff.js";
import { $, go } from "./stage.js";

const EVERY = 2000; // ms

async function renew() {
  if (!document.hidden) {
    const now = await html("/staff/forecourt/now");
    if (now.includes("data-pump=")) $("[data-pumps]").innerHTML = now;
  }
  setTimeout(renew, EVERY);
}

inside({ work: () => go("/staff") }, ["forecourt"]);
setTimeout(renew, EVERY);
