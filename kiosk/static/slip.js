// The slip once more: the receipt printer prints a copy where there is one, and the PIN is shown for a sheet of paper.

import { hand, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

const { case: number } = $('[data-screen="slip"]').dataset;

async function print() {
  const roll = $(".slip").dataset.paper === "80" && Boolean($(".printer")); // there is a receipt printer
  const answer = await hand("/api/staff/slip", { case: number, roll });
  if (!answer || answer.status === 401) return;
  if (!answer.ok) {
    $("[data-why]").textContent = why(answer);
    return show("refused");
  }
  $("[data-pin]").textContent = answer.body.facts.pin;
  if (!roll) window.print();
}

inside(
  {
    print,
    paper: (button) => go(`/staff/slip/${number}?paper=${button.dataset.paperSize}`),
    outcome: () => go(`/staff/outcome/${number}`),
    case: () => go(`/staff/case/${number}`),
    resume: () => show("slip"),
  },
  ["slip"],
);
