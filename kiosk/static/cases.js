// The case book: lists, and a way into each case.

import { inside } from "./staff.js";
import { $, go } from "./stage.js";

const wanted = () => $('[data-list][aria-pressed="true"]').dataset.list;

inside(
  {
    list: (button) => go(`/staff/cases?wanted=${button.dataset.list}`),
    page: (button) => go(`/staff/cases?wanted=${wanted()}&page=${button.dataset.page}`),
    case: (button) => go(`/staff/case/${button.dataset.case}`),
    intake: () => go("/staff/intake"),
    work: () => go("/staff"),
  },
  ["cases"],
);
