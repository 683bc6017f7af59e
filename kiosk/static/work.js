// The attendants' work: read the dispenser, type it, then see both figures; see an alarm, say so. Locks itself.

import { post } from "./door.js";
import { field } from "./keys.js";
import { follow } from "./live.js";
import { $, $$, go, language, patience, show, shown, stir } from "./stage.js";
import { listen } from "./touch.js";

const SIGN_OF_LIFE = 30000; // ms between two, while somebody touches: the server forgets who is in after two minutes
const WAIT = [90, 30];

let nozzle = "";
let busy = false;
let said = performance.now();

const reading = field("reading", { most: 13, accept: (next) => /^(\d{1,12}(\.\d{0,6})?)?$/.test(next) });

async function lock() {
  await post("/api/staff/lock");
  location.replace("/");
}

function refuse(answer) {
  if (answer.status === 401) return go("/staff");
  $("[data-why]").textContent = answer.body.error?.wrong ?? "";
  show("unsaved");
}

async function hand(path, form) {
  if (busy) return null;
  busy = true;
  const answer = await post(path, form);
  busy = false;
  if (answer.ok) return answer.body;
  refuse(answer);
  return null;
}

async function confirm() {
  const typed = reading.value().replace(/\.$/, "");
  if (!typed) return;
  const taken = await hand("/api/staff/reading", { nozzle, typed });
  if (!taken) return;
  const { agree, read, unit = "" } = taken.facts;
  for (const line of $$("[data-agree]")) line.hidden = line.dataset.agree !== agree;
  $("[data-readable]").hidden = agree === "unread";
  $("[data-typed]").textContent = typed;
  $("[data-read]").textContent = read;
  $("[data-unit]").textContent = unit;
  show("verdict");
}

function begin(button) {
  nozzle = button.dataset.nozzle ?? nozzle;
  reading.clear();
  for (const place of $$("[data-typed], [data-read]")) place.textContent = "";
  for (const gun of $$("[data-gun]")) gun.textContent = nozzle;
  show("reading");
}

listen(
  {
    nozzle: begin,
    again: begin,
    key: (button) => reading.type(button.dataset.key),
    rub: reading.rub,
    confirm,
    acknowledge: (button) => hand("/api/staff/acknowledge", { alarm: button.dataset.alarm }),
    seen: (button) => hand("/api/staff/seen", { notice: button.dataset.notice }),
    list: () => show("work"),
    upkeep: () => show("upkeep"),
    language,
    lock,
    stay: stir,
  },
  () => {
    stir();
    if (performance.now() - said < SIGN_OF_LIFE) return;
    said = performance.now();
    post("/api/staff/stay").then((answer) => answer.status === 401 && go("/staff"));
  },
);
patience({ work: WAIT, upkeep: WAIT, reading: WAIT, verdict: WAIT, unsaved: WAIT }, lock);
follow({
  idle: () => ["work", "upkeep"].includes(shown()),
  told: (snapshot) => snapshot.parts.alarms === undefined && go("/staff"), // nobody is in any more
});
