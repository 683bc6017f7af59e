// One case: how it stands, what may be entered next, its contact, its slip.

import { post } from "./door.js";
import { forms } from "./forms.js";
import { inside } from "./staff.js";
import { $, $$, go, show } from "./stage.js";

const { case: number, now } = $('[data-screen="casework"]').dataset;
const here = `/staff/case/${number}`;

const sheet = forms({
  now,
  send: (event, said, ink) => ["/api/staff/act", { case: number, event, ...said, ...(Object.keys(ink).length ? { ink } : {}) }],
  saved: () => go(here),
});

const SVG = "http://www.w3.org/2000/svg";

/** A signature as it was drawn: strokes on a grid of 300 by 100. */
function drawn(who, strokes) {
  const figure = document.createElement("figure");
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 300 100");
  for (const stroke of strokes.split(";")) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", stroke);
    picture.append(line);
  }
  figure.append(picture, $(`[data-signer="${who}"] .say`)?.cloneNode(true) ?? who);
  return figure;
}

async function reveal() {
  const answer = await post("/api/staff/reveal", { case: number });
  if (answer.status === 401) return go("/staff");
  for (const place of $$("[data-contact]")) place.textContent = answer.body.facts?.[place.dataset.contact] ?? place.textContent;
  const signed = Object.entries(answer.body.facts ?? {}).filter(([key]) => key.startsWith("signature."));
  $("[data-signed]").replaceChildren(...signed.map(([key, strokes]) => drawn(key.slice(10), strokes)));
}

const wished = new URLSearchParams(location.search).get("form"); // what an entry was meant for

inside(
  {
    ...sheet.acts,
    list: () => go("/staff/cases"),
    case: () => show("casework"),
    steps: () => show("steps"),
    group(button) {
      for (const tab of $$("[data-group]")) tab.setAttribute("aria-pressed", String(tab === button));
      for (const list of $$("[data-steps]")) list.hidden = list.dataset.steps !== button.dataset.group;
    },
    contact: () => show("contact"),
    evidence: () => show("evidence"),
    slip: () => go(`/staff/slip/${number}`),
    reveal,
  },
  ["casework"],
);
if (wished && $(`[data-screen="form-${wished}"]`)) sheet.open(wished);
