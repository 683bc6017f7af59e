// The attendants' work: read the dispenser, type it, then see both figures; see an alarm, say so. Locks itself.

import { field } from "./keys.js";
import { hand as post, inside } from "./staff.js";
import { $, $$, go, show } from "./stage.js";

let nozzle = "";

const reading = field("reading", { most: 13, accept: (next) => /^(\d{1,12}(\.\d{0,6})?)?$/.test(next) });

async function hand(path, form) {
  const answer = await post(path, form);
  if (!answer || answer.status === 401) return null;
  if (answer.ok) return answer.body;
  $("[data-why]").textContent = answer.body.error?.wrong ?? "";
  show("unsaved");
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

inside(
  {
    nozzle: begin,
    again: begin,
    key: (button) => reading.type(button.dataset.key),
    rub: reading.rub,
    confirm,
    acknowledge: (button) => hand("/api/staff/acknowledge", { alarm: button.dataset.alarm }),
    came: (button) => hand("/api/staff/came", { call: button.dataset.call }),
    seen: (button) => hand("/api/staff/seen", { notice: button.dataset.notice }),
    list: () => show("work"),
    more: () => show("more"),
    upkeep: () => show("upkeep"),
    cases: () => go("/staff/cases"),
    conduct: () => go("/staff/conduct"),
    duties: () => go("/staff/duties"),
    permits: () => go("/staff/permits"),
    reports: () => go("/staff/reports"),
    alarms: () => go("/staff/alarms"),
    emergency: () => go("/staff/emergency"),
    handover: () => go("/staff/handover"),
    forecourt: () => go("/staff/forecourt"),
  },
  ["work", "more", "upkeep"],
);
