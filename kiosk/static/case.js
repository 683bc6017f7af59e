// From "I want to say something" to a number: a walk of five steps, none of which needs a letter typed.

import { get, html, post } from "./door.js";
import { composer, field } from "./keys.js";
import { $, $$, show, shown } from "./stage.js";

const TYPED = 200; // characters
const DIALLED = /^(1[3-9]\d{9}|0\d{9,11})$/;

let told = {}; // {kind, topic, object, place, happened, when, wish, severity}
let mending = false; // one answer is changed: from it straight back to the check
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
const sheet = $('[data-screen="write"]');
const letters = composer(
  text,
  async (keys) => (await get(`/api/ime?keys=${encodeURIComponent(keys)}`)).words ?? [],
  () => sheet.dataset.tongue === "pinyin",
);

/** 138 0000 0000, as people read a number back. */
function grouped(value) {
  return value.startsWith("1") ? [value.slice(0, 3), value.slice(3, 7), value.slice(7)].filter(Boolean).join(" ") : value;
}

const contactable = () => document.documentElement.dataset.contact === "yes";
const needed = () => document.documentElement.dataset.needed.split(" ").includes(told.kind);
const skipped = {
  topic: () => told.kind === "hazard",
  where: () => told.kind === "suggestion" || told.kind === "question",
  wish: () => told.kind !== "complaint",
  contact: () => !contactable(),
};
const WAY = ["kind", "topic", "where", "detail", "wish", "contact", "check"];
const LEADS_ON = ["kind", "topic"]; // a change of it changes what can be said next
const steps = () => WAY.filter((step) => !skipped[step]?.());
const sentences = () => $$('[data-sentences] [aria-pressed="true"]');

function walk(by) {
  const way = steps();
  const from = shown();
  const at = from === "when" || (mending && !LEADS_ON.includes(from)) ? way.indexOf("check") : way.indexOf(from) + by;
  if (at < 0) return after();
  open(way[at]);
}

function open(step) {
  if (step === "check") fill();
  if (step === "detail") offer(`${told.kind}/${told.topic}`);
  if (step === "contact") {
    $('[data-tap="nophone"]').hidden = needed();
    $(".needed").hidden = !needed();
  }
  mending &&= step !== "check";
  show(step);
}

/**
 * @param {() => void} leave  where "back" leads from the first step
 * @param {string} topic  already known, or ""
 * @param {string} severity  how dissatisfied, as a rating said, or ""
 */
export function begin(leave, topic = "", severity = "") {
  forget();
  after = leave;
  told = { ...(topic && { kind: "complaint", topic }), ...(severity && { severity }) };
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

/** The words that stand on a button, again. */
const said = (selector) => $(`${selector} .say`)?.cloneNode(true) ?? "";

function fill() {
  const about = said(`[data-tap="topic"][data-topic="${told.topic}"]`);
  const answers = {
    kind: [said(`[data-tap="kind"][data-kind="${told.kind}"]`), ...(told.kind === "hazard" ? [] : [about])],
    where: [told.where ?? "", told.happened ? "" : said(`[data-when="${told.when ?? "now"}"]`)],
    text: [words()],
    wish: [told.wish ? said(`[data-tap="wish"][data-text="${told.wish}"]`) : ""],
    phone: [grouped(phone.value())],
  };
  for (const [name, shown] of Object.entries(answers)) {
    const empty = shown.every((one) => !one);
    $(`[data-answer="${name}"]`).replaceChildren(...(empty ? [$("[data-nothing]").content.cloneNode(true)] : shown));
  }
  for (const row of $$("[data-row]")) row.hidden = !steps().includes(row.dataset.step);
}

const before = () => (told.when && told.when !== "now" ? [$(`[data-when="${told.when}"]`).dataset.text] : []);
const words = () => [...sentences().map((button) => button.dataset.text), text.value().trim()].filter(Boolean).join("；");

async function submit() {
  if (busy) return;
  busy = true;
  const urgency = told.topic === "safety" ? "urgent" : "general";
  const { kind, topic, object = "", place = "", happened = "", wish = "", severity = "" } = told;
  const said = [...before(), words()].filter(Boolean).join("；");
  const answer = await post("/api/case", {
    kind, topic, object, place, happened, wish, urgency, text: said, phone: phone.value(),
    severity: kind === "complaint" ? severity : "",
  });
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
  mending = false;
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

/** A fill says when it was. Of anything else it was just now, until somebody who changes the place says more. */
function place(where) {
  Object.assign(told, where);
  if (mending && !where.happened) return show("when");
  walk(1);
}

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
  where(button) {
    const { object, happened, placeText } = button.dataset;
    const shown = $(".gun", button) ? button.cloneNode(true).childNodes : [said(`[data-place-text="${placeText}"]`)];
    const where = document.createElement("span");
    where.append(...shown);
    place({ object, happened, place: placeText, where });
  },
  nowhere: () => place({ object: "", happened: "", place: "", where: "" }),
  when(button) {
    told.when = button.dataset.when;
    walk(1);
  },
  wish(button) {
    told.wish = button.dataset.text;
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
    sheet.dataset.tongue = sheet.dataset.tongue === "pinyin" ? "letters" : "pinyin";
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
  change(button) {
    mending = true;
    open(button.dataset.step);
  },
  submit,
};

/** After "I am safe": on to what was seen. */
export function safe() {
  show(told.kind === "hazard" ? "kind" : "topic");
  walk(1);
}
export const begun = () => Boolean(told.kind);
export const again = () => show("check");
