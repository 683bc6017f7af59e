// From "I want to say something" to a number: a walk of five steps, none of which needs a letter typed.

import { get, html, post } from "./door.js";
import { composer, field } from "./keys.js";
import { $, $$, show, shown } from "./stage.js";

const TYPED = 200; // characters
const DIALLED = /^(1[3-9]\d{9}|0\d{9,11})$/;

let told = {}; // {kind, topic, phone}
let after = "";
let busy = false;

const text = field("text", {
  most: TYPED,
  changed: (value) => {
    $("[data-room]").textContent = `${[...value].length} / ${TYPED}`;
    $("[data-written]").textContent = value;
  },
});
const amiss = $('[data-screen="contact"] [data-amiss]');
const phone = field("phone", { most: 12, format: grouped, changed: () => (amiss.hidden = true) });
const place = $('[data-screen="write"]');
const letters = composer(
  text,
  async (keys) => (await get(`/api/ime?keys=${encodeURIComponent(keys)}`)).words ?? [],
  () => place.dataset.tongue === "pinyin",
);

/** 138 0000 0000, as people read a number back. */
function grouped(value) {
  return value.startsWith("1") ? [value.slice(0, 3), value.slice(3, 7), value.slice(7)].filter(Boolean).join(" ") : value;
}

const contactable = () => document.documentElement.dataset.contact === "yes";
const skipped = { topic: () => told.kind === "hazard", contact: () => !contactable() };
const steps = () => ["kind", "topic", "detail", "contact", "check"].filter((step) => !skipped[step]?.());
const sentences = () => $$('[data-sentences] [aria-pressed="true"]');

function walk(by) {
  const way = steps();
  const at = way.indexOf(shown()) + by;
  if (at < 0) return after();
  if (way[at] === "check") fill();
  if (way[at] === "detail") offer(`${told.kind}/${told.topic}`);
  show(way[at]);
}

/**
 * @param {() => void} leave  where "back" leads from the first step
 * @param {string} topic  already known, or ""
 */
export function begin(leave, topic = "") {
  forget();
  after = leave;
  told = topic ? { kind: "complaint", topic } : {};
  show("kind");
  if (topic) {
    show("topic");
    walk(1);
  }
}

export function hazard(leave) {
  forget();
  after = leave;
  told = { kind: "hazard", topic: "safety" };
  show("danger");
}

/** The ready sentences about this, in place of those about something else. */
async function offer(about) {
  const place = $("[data-sentences]");
  if (place.dataset.about === about) return;
  place.dataset.about = about;
  place.replaceChildren();
  const ready = await html(`/sentences/${about}`);
  if (place.dataset.about === about) place.innerHTML = ready;
}

function fill() {
  const kind = $(`[data-tap="kind"][data-kind="${told.kind}"] .say`).cloneNode(true);
  const topic = $(`[data-tap="topic"][data-topic="${told.topic}"] .say`).cloneNode(true);
  const nothing = () => $("[data-nothing]").content.cloneNode(true);
  $('[data-answer="kind"]').replaceChildren(kind);
  $('[data-answer="topic"]').replaceChildren(topic);
  $('[data-answer="text"]').replaceChildren(words() || nothing());
  $('[data-answer="phone"]').replaceChildren(grouped(phone.value()) || nothing());
  $('[data-row="topic"]').hidden = told.kind === "hazard";
  $('[data-row="phone"]').hidden = !contactable();
}

const words = () => [...sentences().map((button) => button.dataset.text), text.value().trim()].filter(Boolean).join("；");

async function submit() {
  if (busy) return;
  busy = true;
  const urgency = told.topic === "safety" ? "urgent" : "general";
  const answer = await post("/api/case", { kind: told.kind, topic: told.topic, text: words(), urgency, phone: phone.value() });
  busy = false;
  if (!answer.ok) return show("unsaved");
  const [, prefix, number] = answer.body.receipt.match(/^(.*-)?(.*)$/);
  $("[data-prefix]").textContent = prefix ?? "";
  $("[data-number]").textContent = number;
  $(".digits").classList.toggle("long", number.length > 7);
  $("[data-pin-line]").hidden = !answer.body.facts.pin;
  $("[data-pin]").textContent = answer.body.facts.pin ?? "";
  $('[data-place="promises"]').innerHTML = answer.body.shown;
  forget();
  show("number");
}

export function forget() {
  told = {};
  letters.clear();
  phone.clear();
  for (const button of $$(".sentence")) button.setAttribute("aria-pressed", "false");
  for (const answer of $$("[data-answer]")) answer.replaceChildren();
}

export function clear() {
  forget();
  for (const place of $$('[data-prefix], [data-number], [data-pin], [data-place="promises"]')) place.textContent = "";
}

export const fields = {
  write: { key: (button) => letters.key(button.dataset.key), rub: () => letters.rub() },
  contact: { key: (button) => phone.type(button.dataset.key), rub: phone.rub },
};

export const acts = {
  kind(button) {
    if (button.dataset.kind === "hazard") return hazard(after);
    told.kind = button.dataset.kind;
    walk(1);
  },
  topic(button) {
    told.topic = button.dataset.topic;
    if (told.topic === "safety") return show("danger");
    walk(1);
  },
  sentence: (button) => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")),
  write() {
    letters.draw();
    show("write");
  },
  wrote() {
    letters.settle();
    show("detail");
  },
  candidate: (button) => letters.pick(button.dataset.text, button.dataset.taken),
  page: () => letters.page(),
  tongue() {
    letters.settle();
    place.dataset.tongue = place.dataset.tongue === "pinyin" ? "letters" : "pinyin";
    letters.draw();
  },
  board(button) {
    for (const board of $$("[data-board]")) board.hidden = board.dataset.board !== button.dataset.other;
    [button.dataset.other, button.textContent] = button.dataset.other === "signs" ? ["letters", "ABC"] : ["signs", "123"];
  },
  phone() {
    amiss.hidden = DIALLED.test(phone.value());
    if (amiss.hidden) walk(1);
  },
  nophone() {
    phone.clear();
    walk(1);
  },
  next: () => walk(1),
  back: () => (shown() === "write" ? acts.wrote() : walk(-1)),
  change: (button) => show(button.dataset.step),
  submit,
};

/** After "I am safe": on to what was seen. */
export function safe() {
  show(told.kind === "hazard" ? "kind" : "topic");
  walk(1);
}
export const begun = () => Boolean(told.kind);
export const again = () => show("check");
