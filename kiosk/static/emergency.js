// An emergency: what, where, are you sure; then each step as it is done. Nobody is asked for a PIN to begin.

import { post } from "./door.js";
import { follow } from "./live.js";
import { $, $$, go, language, patience, show, shown, stir } from "./stage.js";
import { listen } from "./touch.js";
import { lock, why } from "./staff.js";

const inside = $('[data-screen="kinds"]').dataset.inside === "yes";
const LATER = [600, 60]; // an emergency is not left alone because nobody touches the screen

let wish = {};
let drill = false;

async function hand(path, form) {
  const answer = await post(path, form);
  if (answer.ok) return true;
  if (answer.status === 401) go("/staff/emergency");
  $("[data-why]").textContent = why(answer);
  show("refused");
  return false;
}

function sure() {
  for (const line of $$("[data-sure]")) line.hidden = line.dataset.sure !== wish.what;
  $("[data-drilling]").hidden = !drill;
  show("sure");
}

const act = (button) =>
  hand(inside ? "/api/staff/incident" : "/api/emergency/act", {
    incident: button.dataset.incident,
    event: button.dataset.event ?? "step",
    ...(button.dataset.word ? { word: button.dataset.word } : {}),
  });

listen(
  {
    kind(button) {
      wish = { what: button.dataset.kind };
      if (wish.what === "leak") return show("where");
      sure();
    },
    drill(button) {
      drill = !drill;
      button.setAttribute("aria-pressed", String(drill));
    },
    where(button) {
      wish.device = button.dataset.where;
      sure();
    },
    async sound() {
      const sent = await hand(inside ? "/api/staff/emergency" : "/api/emergency", inside ? { ...wish, drill } : wish);
      if (sent) show("standing");
    },
    step: (button) => button.getAttribute("aria-pressed") !== "true" && act(button),
    incident: (button) => button.getAttribute("aria-pressed") !== "true" && act(button),
    kinds: () => show("kinds"),
    standing: () => show("standing"),
    resume: () => show("standing"),
    leave: () => go(inside ? "/staff" : "/"),
    lock,
    language,
    stay: stir,
  },
  stir,
);
patience({ kinds: [60, 15], where: [60, 15], sure: [60, 15], standing: LATER, refused: [60, 15] }, (screen) => (screen === "standing" ? stir() : location.replace("/")));
follow({ idle: () => ["kinds", "standing"].includes(shown()) });
