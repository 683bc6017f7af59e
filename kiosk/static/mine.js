// My case: its number, its code, how it stands; then "well" or "not yet", and nothing of it stays.

import { post } from "./door.js";
import { field } from "./keys.js";
import { $, $$, show } from "./stage.js";

const CODE = 6; // digits of a code
const SHORTEST = 6; // digits of a number: year, month, serial

let busy = false;
let asked = {}; // {case, pin}

const number = field("mine", { most: 9, changed: () => amiss("") });
const code = field("mine-pin", { most: CODE });

function amiss(which, wait = 0) {
  for (const line of $$("[data-wrong]")) line.hidden = line.dataset.wrong !== which;
  $('[data-screen="mine"] [data-minutes]').textContent = Math.ceil(wait / 60);
}

export function begin() {
  forget();
  show("mine");
}

export function forget() {
  asked = {};
  number.clear();
  code.clear();
  $('[data-place="standing"]').replaceChildren();
  $("[data-asked-for]").textContent = "";
}

async function look(slip) {
  const answer = await post("/api/case/look-up", slip);
  if (answer.ok) {
    $('[data-place="standing"]').innerHTML = answer.body.shown;
    const may = answer.body.facts.may.split(" ");
    for (const place of $$("[data-may]")) place.hidden = !may.includes(place.dataset.may);
    show("standing");
  }
  return answer;
}

async function key(button) {
  if (busy) return;
  code.type(button.dataset.key);
  if (code.value().length < CODE) return;
  busy = true;
  asked = { case: $("[data-station-prefix]").textContent + number.value(), pin: code.value() };
  const answer = await look(asked);
  busy = false;
  code.clear();
  if (answer.ok) return;
  if (answer.status === 0 || answer.status === 503) return show("unsaved");
  const wait = answer.body.error?.wait ?? 0;
  show("mine");
  amiss(wait ? "wait" : "no", wait);
}

async function tell(event, said, then) {
  if (busy) return;
  busy = true;
  const answer = await post("/api/case/act", { ...asked, event, ...said });
  busy = false;
  if (answer.ok) return then();
  again = () => tell(event, said, then);
  show("unsaved");
}

let again = begin;
export const retry = () => again();
export const caseNumber = () => asked.case ?? "";
export const begun = () => Boolean(asked.case);

const ticked = () => $$('[data-screen="unsettled"] [aria-pressed="true"]');

export const fields = { mine: { key: (button) => number.type(button.dataset.key), rub: number.rub }, "mine-pin": { key, rub: code.rub } };

export const acts = {
  mine: begin,
  numbered() {
    if (number.value().length < SHORTEST) return amiss("no");
    $("[data-asked-for]").textContent = $("[data-station-prefix]").textContent + number.value();
    show("mine-pin");
  },
  renumber() {
    code.clear();
    show("mine");
  },
  standing: () => show("standing"),
  settled: () => tell("return_visited", { outcome: "satisfied", mode: "kiosk" }, () => show("agreed")),
  unsettled() {
    for (const button of ticked()) button.setAttribute("aria-pressed", "false");
    show("unsettled");
  },
  reopen() {
    const text = ticked().map((button) => button.dataset.text).join("；");
    tell("reopened", text ? { text, mode: "kiosk" } : { mode: "kiosk" }, () => look(asked));
  },
};
