// All alarms: seen, shelved for a while, reset, taken out of service, brought back.

import { hand as post, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

let wish = {};

async function hand(path, form) {
  const answer = await post(path, form);
  if (!answer || answer.status === 401) return;
  if (answer.ok) return show("panel");
  $("[data-why]").textContent = why(answer);
  show("refused");
}

const act = (more = {}) => hand("/api/staff/alarm", { ...wish, ...more });
const ask = (button) => {
  wish = { kind: button.dataset.act, alarm: button.dataset.alarm };
  show("why");
};
const now = (button) => {
  wish = { kind: button.dataset.act, alarm: button.dataset.alarm };
  act();
};

inside(
  {
    acknowledge: (button) => hand("/api/staff/acknowledge", { alarm: button.dataset.alarm }),
    shelve: ask,
    remove: ask,
    explain: ask,
    reason(button) {
      wish.why = button.dataset.reason;
      if (wish.kind === "shelve") return show("long");
      if (wish.kind === "acknowledge") return hand("/api/staff/acknowledge", { alarm: wish.alarm, why: wish.why });
      act();
    },
    long: (button) => act({ minutes: Number(button.dataset.minutes) }),
    reset: now,
    unshelve: now,
    restore: now,
    figures: () => show("figures"),
    panel: () => show("panel"),
    resume: () => show("panel"),
    work: () => go("/staff"),
  },
  ["panel", "figures"],
);
