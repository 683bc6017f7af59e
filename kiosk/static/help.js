// Somebody asks for the manager, and sees the minutes go by until somebody comes.

import { post } from "./door.js";
import { $, show, shown } from "./stage.js";

const root = document.documentElement;
let busy = false;

const waits = () => Boolean(root.dataset.waits);

function tick() {
  const seconds = waits() ? Math.max(0, Math.floor((Date.now() - Date.parse(root.dataset.since)) / 1000)) : 0;
  $("[data-waited]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (shown() === "manager") setTimeout(tick, 1000);
}

async function hand(path, form, then) {
  if (busy) return;
  busy = true;
  const answer = await post(path, form);
  busy = false;
  if (!answer.ok && answer.status !== 400) return show("unsaved"); // 400: it waits no longer, somebody was quicker
  then();
}

/** The screen has changed: who waits learns that somebody came. */
export function told() {
  if (shown() === "manager" && !waits() && !busy) show("came");
}

export const acts = {
  manager: () => hand("/api/call", {}, () => {
    show("manager");
    tick();
  }),
  came: () => hand("/api/call/came", { call: root.dataset.waits }, () => show("came")),
  uncall: () => hand("/api/call/came", { call: root.dataset.waits, withdrawn: true }, () => show("home")),
};
