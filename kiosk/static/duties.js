// What is to be done by the calendar: signed off, or a defect named.

import { hand, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

let wish = {};

async function sign(said) {
  const answer = await hand("/api/staff/duty-done", { ...wish, ...said });
  if (!answer) return;
  if (answer.ok) return show("duties");
  $("[data-why]").textContent = why(answer);
  show("refused");
}

inside(
  {
    sign(button) {
      wish = { duty: button.dataset.duty, point: button.dataset.point ?? "" };
      show("sign");
    },
    well: () => sign({}),
    defect: (button) => sign({ defect: true, note: button.dataset.note }),
    duties: () => show("duties"),
    resume: () => show("duties"),
    work: () => go("/staff"),
  },
  ["duties"],
);
