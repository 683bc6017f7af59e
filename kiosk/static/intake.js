// Taken down for a customer: a form, then the number, the code and the promises to read out.

import { forms } from "./forms.js";
import { inside } from "./staff.js";
import { $, go, show } from "./stage.js";

let number = "";

function taken({ receipt, facts }) {
  number = receipt;
  $("[data-number]").textContent = receipt;
  $("[data-pin]").textContent = facts.pin;
  const dues = Object.entries(facts).filter(([key]) => key.startsWith("due."));
  $("[data-dues]").replaceChildren(
    ...dues.map(([key, due]) => {
      const line = document.createElement("p");
      const time = document.createElement("b");
      time.textContent = due;
      line.append(time, " ", $(`[data-due="${key.slice(4)}"]`)?.content.cloneNode(true) ?? key.slice(4));
      return line;
    }),
  );
  show("taken");
}

const sheet = forms({
  now: $("[data-now]").dataset.now,
  send: (_, said) => ["/api/staff/case", said],
  saved: taken,
});

inside(
  {
    ...sheet.acts,
    cases: () => go("/staff/cases"),
    slip: () => go(`/staff/slip/${number}`),
    settle: () => go(`/staff/case/${number}?form=settled`),
    open: () => go(`/staff/case/${number}`),
  },
  [],
);
sheet.open("intake");
