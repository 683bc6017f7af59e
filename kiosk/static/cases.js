// The case book: lists, and a way into each case.

import { field } from "./keys.js";
import { inside } from "./staff.js";
import { $, go, show } from "./stage.js";

const LONGEST = 12; // digits of a number
const number = field("find", { most: LONGEST, changed: () => ($("[data-amiss]").hidden = true) });

async function found() {
  const path = `/staff/case/${$("[data-station-prefix]").textContent.trim()}${number.value()}`;
  const answer = await fetch(path).catch(() => ({ ok: false }));
  if (answer.ok) return go(path);
  $("[data-amiss]").hidden = false;
}

const wanted = () => $('[data-list][aria-pressed="true"]').dataset.list;

inside(
  {
    list: (button) => go(`/staff/cases?wanted=${button.dataset.list}`),
    page: (button) => go(`/staff/cases?wanted=${wanted()}&page=${button.dataset.page}`),
    case: (button) => go(`/staff/case/${button.dataset.case}`),
    intake: () => go("/staff/intake"),
    find() {
      number.clear();
      show("find");
    },
    key: (button) => number.type(button.dataset.key),
    rub: () => number.rub(),
    found,
    home: () => show("cases"),
    work: () => go("/staff"),
  },
  ["cases"],
);
