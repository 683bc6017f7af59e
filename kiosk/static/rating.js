// One touch on a face is a rating, kept at once. Reasons replace it; an undo takes it back; both are new facts.

import { post } from "./door.js";
import { $, $$, show } from "./stage.js";

const UNDO = 10; // seconds
const MOODS = { // face → which reasons, and how they are asked for
  5: ["good", "well"], 4: ["good", "well"], 3: ["bad", "better"], 2: ["bad", "badly"], 1: ["bad", "badly"],
};

const DEGREES = { 2: "dissatisfied", 1: "very-dissatisfied" }; // face → severity of the complaint it becomes

let rating = null; // {face, receipt, kept}: kept are the reasons the station already has
let busy = false;
let ticking = 0;
let again = () => {}; // what was not saved

export const ticked = () => $$('[data-tap="reason"][aria-pressed="true"]');
export const degree = () => DEGREES[rating?.face] ?? "";
export const retry = () => again();

export function rate(button) {
  if (busy) return;
  forget();
  rating = { face: Number(button.dataset.rating), receipt: "", kept: "" };
  hand({ rating: rating.face }, [], ask);
}

function ask() {
  const [mood, asked] = MOODS[rating.face];
  for (const chips of $$("[data-mood]")) chips.hidden = chips.dataset.mood !== mood;
  for (const title of $$("[data-asked]")) title.hidden = title.dataset.asked !== asked;
  $(".reasons").dataset.face = rating.face;
  $(".reasons .more").hidden = mood === "good";
  show("reasons");
}

/** Keep the ticked reasons, if there are any that the station does not have yet, and go on. */
export function keep(then) {
  const reasons = ticked().map((chip) => chip.dataset.reason);
  if (!rating || reasons.join() === rating.kept) return then();
  hand({ rating: rating.face, reasons, withdraws: rating.receipt }, reasons, then);
}

export function done() {
  keep(() => {
    $("[data-receipt]").textContent = rating?.receipt ?? "";
    show("thanks");
  });
}

export function undo() {
  if (!rating?.receipt) return;
  hand({ rating: rating.face, withdraws: rating.receipt }, [], () => {
    forget();
    show("undone");
  });
}

async function hand(form, reasons, then) {
  if (busy) return;
  busy = true;
  const answer = await post("/api/feedback", form);
  busy = false;
  if (!answer.ok) {
    again = () => hand(form, reasons, then);
    return show("unsaved");
  }
  if (rating) Object.assign(rating, { receipt: answer.body.receipt, kept: reasons.join() });
  countdown(UNDO);
  then();
}

function countdown(left) {
  clearTimeout(ticking);
  for (const button of $$(".undo")) {
    button.classList.toggle("over", left <= 0);
    const count = $("b", button) ?? button.appendChild(document.createElement("b"));
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
