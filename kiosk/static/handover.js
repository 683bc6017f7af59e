// A handover at one screen: who goes reads each display and signs; who comes unlocks, verifies, accepts and signs.

import { post } from "./door.js";
import { field } from "./keys.js";
import { hand, inside, why } from "./staff.js";
import { $, $$, go, show } from "./stage.js";

const LENGTH = 6; // of a PIN
const TAIL = 4; // digits of a display that are enough, when they agree
let nozzle = "";
let step = "reading";
let person = "";
let then = "sign"; // what the PIN is for: to sign, or to come in

const reading = field("reading", { most: 13, accept: (next) => /^(\d{1,12}(\.\d{0,6})?)?$/.test(next) });
const pin = field("pin", { most: LENGTH });
const me = () => $("[data-me]").dataset.me;
const shift = () => $("[data-phase]")?.dataset ?? {};
const overview = () => show("handover");

/** One step; the answer's facts, or null when it was refused and the page has said why. */
async function take(form) {
  const answer = await hand("/api/staff/reading", form);
  if (answer?.ok) return answer.body.facts;
  if (answer && answer.status !== 401) {
    $("[data-why]").textContent = why(answer);
    show("unsaved");
  }
  return null;
}

function begin(name, next = "reading") {
  nozzle = name;
  step = next;
  reading.clear();
  for (const place of $$("[data-typed], [data-read]")) place.textContent = "";
  for (const gun of $$("[data-gun]")) gun.textContent = nozzle;
  for (const title of $$("[data-step]")) title.hidden = title.dataset.step !== step;
  show("reading");
}

async function confirm() {
  const typed = reading.value().replace(/\.$/, "");
  if (!typed) return;
  const facts = await take({ step, nozzle, typed });
  if (!facts) return;
  if (facts.agree === "yes") return onwards();
  for (const line of $$("[data-agree]")) line.hidden = line.dataset.agree !== facts.agree;
  $("[data-readable]").hidden = facts.agree === "unread";
  $("[data-typed]").textContent = typed;
  $("[data-read]").textContent = facts.read;
  $("[data-unit]").textContent = facts.unit;
  show("verdict");
}

/** The next gun that nobody has read, else the overview. */
function onwards() {
  const todo = $$("[data-confirmed='todo']").map((gun) => gun.dataset.nozzle).filter((name) => name !== nozzle);
  return todo.length ? begin(todo[0]) : overview();
}

async function key(button) {
  if (!$("[data-screen='pin']").hidden) return unlock(button.dataset.key);
  reading.type(button.dataset.key);
  const digits = /^\d+$/.test(reading.value()) && reading.value().length;
  if (step === "reading" && digits === TAIL) await confirm();
}

function ask(id, next) {
  person = id;
  then = next;
  pin.clear();
  $("[data-name]").textContent = $(`[data-tap='who'][data-person='${id}']`)?.textContent.trim() ?? id;
  for (const line of $$("[data-amiss]")) line.hidden = true;
  show("pin");
}

async function unlock(digit) {
  pin.type(digit);
  if (pin.value().length < LENGTH || unlock.busy) return;
  unlock.busy = true;
  screens.close(); // a new PIN is a new session: the old one's stream would say that nobody is in
  const answer = await post("/api/staff/unlock", { person, pin: pin.value() });
  screens.open();
  unlock.busy = false;
  pin.clear();
  if (!answer.ok) {
    const amiss = answer.body.error?.wait ? "wait" : "wrong";
    for (const line of $$("[data-amiss]")) line.hidden = line.dataset.amiss !== amiss;
    return;
  }
  if (then === "come") return go("/staff/handover"); // as who comes: the page says whose it is
  await sign();
}

async function sign() {
  const facts = await take({ step: "sign", typed: "" });
  if (facts) show(facts.state === "closed" ? "done" : "handover");
}

function come() {
  for (const tile of $$("[data-tap='who']")) tile.hidden = tile.dataset.person === shift().outgoing;
  show("who");
}

const simply = (form) => take(form).then((facts) => facts && overview());

const screens = inside(
  {
    gun: (button) => begin(button.dataset.nozzle),
    key,
    rub: () => ($("[data-screen='pin']").hidden ? reading.rub() : pin.rub()),
    confirm,
    second: () => begin(nozzle, "second"),
    explain: () => show("why"),
    reason: (button) => take({ step: "reason", nozzle, typed: button.dataset.reason }).then((facts) => facts && onwards()),
    doubts: () => show("doubts"),
    doubt: (button) => simply({ step: "query", typed: button.dataset.doubt }),
    answer: (button) => simply({ step: "answer", typed: button.textContent.trim().slice(0, 200) }),
    accept: (button) => simply({ step: "accept", typed: button.dataset.case }),
    inspect: (button) => simply({ step: "inspect", typed: button.textContent.trim().slice(0, 200) }),
    verify: () => simply({ step: "verify", typed: "" }),
    object: (button) => simply({ step: "verify", typed: button.textContent.trim().slice(0, 200) }),
    "sign-out": () => ask(shift().outgoing || me(), "sign"),
    "sign-in": sign,
    come,
    who: (button) => ask(button.dataset.person, "come"),
    overview,
    work: () => go("/staff"),
    record: () => go("/staff/record"),
  },
  ["handover", "done"],
);
