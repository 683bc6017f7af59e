// One permit: what may be entered next, and its paper.

import { forms } from "./forms.js";
import { hand, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

const { permit, now } = $('[data-screen="permit"]').dataset;
const here = `/staff/permit/${encodeURIComponent(permit)}`;
const listed = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);

const sheet = forms({
  now,
  send: (event, said) => ["/api/staff/permit", { event, permit, said: said.crew ? { ...said, crew: listed(said.crew) } : said }],
  saved: () => go(here),
});

async function enter(event, then) {
  const answer = await hand("/api/staff/permit", { event, permit, said: {} });
  if (!answer) return;
  if (answer.ok) return then();
  $("[data-why]").textContent = why(answer);
  show("refused");
}

inside(
  {
    ...sheet.acts,
    plain: (button) => enter(button.dataset.form, () => go(here)),
    paper: () =>
      enter("printed", () => {
        const page = document.createElement("iframe");
        page.hidden = true;
        page.src = `${here}/print`;
        page.addEventListener("load", () => page.contentWindow.print());
        document.body.append(page);
      }),
    steps: () => show("steps"),
    permit: () => show("permit"),
    resume: () => show("steps"),
    list: () => go("/staff/permits"),
  },
  ["permit"],
);
