// The public page: faces, reasons, a case; and home again, with nothing left of whoever was here.

import { rest, wake } from "./attract.js";
import { rotate, turn } from "./board.js";
import * as cases from "./case.js";
import { follow } from "./live.js";
import * as help from "./help.js";
import * as mine from "./mine.js";
import * as rating from "./rating.js";
import * as survey from "./survey.js";
import { firstTongue, go, language, patience, show, shown, stir, tongue } from "./stage.js";
import { listen } from "./touch.js";

const WAITS = { // screen → seconds until the bar asks, seconds from there
  home: [30, 0], notice: [30, 10],
  reasons: [20, 10], thanks: [0, 15], undone: [0, 6], unsaved: [20, 10], danger: [60, 30],
  kind: [60, 30], topic: [60, 30], where: [60, 30], when: [60, 30], wish: [60, 30], detail: [60, 30], write: [60, 30], contact: [60, 30], check: [60, 30],
  number: [0, 90], mine: [30, 20], "mine-pin": [30, 20], standing: [45, 20], unsettled: [45, 20], agreed: [0, 10],
  manager: [0, 300], came: [0, 15], survey: [30, 20], surveyed: [0, 10],
};
const FIELDS = { ...cases.fields, ...mine.fields };

function home() {
  rating.forget();
  cases.clear();
  mine.forget();
  survey.forget();
  tongue(firstTongue);
  large(false);
  if (shown() !== "home") show("home");
}

function gone(screen) {
  if (screen === "survey") return survey.finish();
  if (screen === "reasons") return rating.done(); // the rating and what was ticked are kept
  home();
  rest();
}

/** Large letters and black on white, for whoever is here now. */
function large(on) {
  if (on) document.documentElement.dataset.large = "yes";
  else delete document.documentElement.dataset.large;
}

listen(
  {
    ...cases.acts,
    ...mine.acts,
    ...help.acts,
    ...survey.acts,
    survey: (button) => survey.begin(button.dataset.survey, mine.caseNumber()),
    key: (button) => FIELDS[shown()].key(button),
    rub: () => FIELDS[shown()].rub(),
    rate: rating.rate,
    reason(button) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (on && button.dataset.reason === "safety" && button.closest('[data-mood="bad"]')) show("danger");
    },
    done: rating.done,
    undo: rating.undo,
    more() {
      const topic = rating.ticked()[0]?.dataset.topic ?? "";
      const degree = rating.degree();
      rating.keep(() => cases.begin(home, topic, degree));
    },
    case: () => cases.begin(home),
    hazard: () => cases.hazard(home),
    safe: () => (cases.begun() ? cases.safe() : show("reasons")),
    retry: () => (cases.begun() ? cases.again() : mine.begun() ? mine.retry() : rating.retry()),
    notice: () => show("notice"),
    home,
    language,
    large: () => large(!document.documentElement.dataset.large),
    stay: stir,
    longer: stir,
    emergency: () => go("/emergency"),
    staff: () => go("/staff"),
  },
  () => {
    wake();
    stir();
  },
);
patience(WAITS, gone);
follow({
  idle: () => shown() === "home",
  told() {
    turn();
    help.told();
  },
});
rotate();
