// One touch on a face is a rating, kept at once. Reasons replace it; an undo takes it back; both are new facts.

import { post } from "./door.js";
import { $, $$, show } from "./stage.js";

const UNDO = 10; // seconds
const MOODS = { 5: ["good", "well"], 4: ["good", "well"], 3: ["bad", "better"], 2: ["bad", "badly"], 1: ["bad", "badly"] };

let rating = null; // {face, receipt, kept}: kept are the reasons the station already has
let busy = false;
let ticking = 0;

export const ticked = () => $$('[data-tap="reason"][aria-pressed="true"]');

export async function rate(button) {
  if (busy) return;
  const face = Number(button.dataset.rating);
  forget();
  rating = { face, receipt: "", kept: "" };
  if (!(await hand({ rating: face }))) return;
  const [mood, asked] = MOODS[face];
  for (const chips of $$("[data-mood]")) chips.hidden = chips.dataset.mood !== mood;
  for (const title of $$("[data-asked]")) title.hidden = title.dataset.asked !== asked;
  $(".reasons").dataset.face = face;
  $(".reasons .more").hidden = mood === "good";
  show("reasons");
}

/** Keep the ticked reasons, if there are any that the station does not have yet. */
export async function keep() {
  const reasons = ticked().map((chip) => chip.dataset.reason);
  if (!rating || reasons.join() === rating.kept) return true;
  return hand({ rating: rating.face, reasons, withdraws: rating.receipt }, reasons);
}

export async function done() {
  if (busy || !(await keep())) return;
  $("[data-receipt]").textContent = rating.receipt;
  show("thanks");
}

export async function undo() {
  if (busy || !rating?.receipt) return;
  if (await hand({ rating: rating.face, withdraws: rating.receipt })) {
    forget();
    show("undone");
  }
}

let failed = async () => false;
export const retry = async () => {
  if (await failed()) done();
};

async function hand(form, reasons = []) {
  busy = true;
  const answer = await post("/api/feedback", form);
  busy = false;
  if (!answer.ok) {
    failed = () => hand(form, reasons);
    show("unsaved");
    return false;
  }
  if (rating) Object.assign(rating, { receipt: answer.body.receipt, kept: reasons.join() });
  countdown(UNDO);
  return true;
}

function countdown(left) {
  clearTimeout(ticking);
  for (const button of $$(".undo")) {
    button.classList.toggle("over", left <= 0);
    let count = $("b", button);
    if (!count) button.append((count = document.createElement("b")));
    count.textContent = left;
  }
  if (left > 0) ticking = setTimeout(countdown, 1000, left - 1);
}

export function forget() {
  clearTimeout(ticking);
  rating = null;
  for (const chip of $$('[data-tap="reason"]')) chip.setAttribute("aria-pressed", "false");
  $("[data-receipt]").textContent = "";
}
