// A questionnaire: one item a screen, one touch an answer; who leaves in the middle has declined the rest.

import { html, post } from "./door.js";
import { $, $$, show } from "./stage.js";

const place = $('[data-place="survey"]');
let asked = null; // {survey, case, answers, at}
let busy = false;

const items = () => $$("[data-item]", place);

function draw() {
  items().forEach((item, at) => (item.hidden = at !== asked.at));
  $("[data-at]", place).textContent = asked.at + 1;
  show("survey");
}

/** @param {string} number  of the case it is about, or "" */
export async function begin(survey, number = "") {
  if (busy) return;
  busy = true;
  const found = await html(`/survey/${survey}`);
  busy = false;
  place.innerHTML = found;
  if (!items().length) return show("unsaved");
  asked = { survey, case: number, answers: {}, at: 0 };
  draw();
}

function next() {
  asked.at += 1;
  if (asked.at < items().length) return draw();
  finish();
}

/** What was answered is kept, also when it is nothing: that somebody was asked counts. */
export async function finish() {
  if (!asked || busy) return;
  busy = true;
  const { survey, answers } = asked;
  const answer = await post("/api/survey", { survey, case: asked.case, answers });
  busy = false;
  forget();
  show(answer.ok ? "surveyed" : "unsaved");
}

export function forget() {
  asked = null;
  place.replaceChildren();
}

export const acts = {
  mark(button) {
    asked.answers[items()[asked.at].dataset.item] = Number(button.dataset.mark);
    next();
  },
  unmarked: next,
  decline: finish,
};
