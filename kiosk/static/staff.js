// Behind the staff door: every touch is a sign of life, and silence locks.

import { post } from "./door.js";
import { follow } from "./live.js";
import { $$, go, language, patience, shown, stir } from "./stage.js";
import { listen } from "./touch.js";

const SIGN_OF_LIFE = 30000; // ms between two, while somebody touches: the server forgets who is in after two minutes
const WAIT = [90, 30];

export async function lock() {
  await post("/api/staff/lock");
  location.replace("/");
}

/**
 * @param {Record<string, (button: HTMLElement) => void>} acts  what each data-tap of this document does
 * @param {string[]} resting  screens on which nothing is under way: the document may be loaded anew
 * @returns {{open: () => void, close: () => void}}  the stream of screens
 */
export function inside(acts, resting) {
  let said = performance.now();
  listen({ ...acts, language, lock, stay: stir }, () => {
    stir();
    if (performance.now() - said < SIGN_OF_LIFE) return;
    said = performance.now();
    post("/api/staff/stay").then((answer) => answer.status === 401 && go("/staff"));
  });
  patience(Object.fromEntries($$(".screen").map((screen) => [screen.dataset.screen, WAIT])), lock);
  return follow({
    idle: () => resting.includes(shown()),
    told: (snapshot) => snapshot.parts.alarms === undefined && go("/staff"), // nobody is in any more
  });
}

/** Hand something in, one at a time. @returns {Promise<{ok: boolean, status: number, body: any} | null>}  null: busy */
export async function hand(path, content) {
  if (hand.busy) return null;
  hand.busy = true;
  const answer = await post(path, content);
  hand.busy = false;
  if (answer.status === 401) go("/staff");
  return answer;
}

/** Why it was not taken. */
export const why = (answer) => [answer.body.error?.key, answer.body.error?.wrong].filter(Boolean).join(": ");
