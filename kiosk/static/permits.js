// Work permits: those that are open, a new one, and work without one that was stopped.

import { forms } from "./forms.js";
import { hand, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

const { now } = $('[data-screen="permits"]').dataset;
const listed = (text) => (text ?? "").split(/[\s,，、;；]+/).filter(Boolean);

const sheet = forms({
  now,
  send: (event, said) => ["/api/staff/permit", { event, said: { ...said, devices: listed(said.devices), crew: listed(said.crew) } }],
  saved: (answer) => go(`/staff/permit/${encodeURIComponent(answer.receipt)}`),
});

inside(
  {
    ...sheet.acts,
    permit: (button) => go(`/staff/permit/${encodeURIComponent(button.dataset.permit)}`),
    async stopped() {
      const answer = await hand("/api/stopped", {});
      if (answer?.ok) return go("/staff/alarms");
      $("[data-why]").textContent = answer ? why(answer) : "";
      show("refused");
    },
    list: () => show("permits"),
    resume: () => show("permits"),
    work: () => go("/staff"),
  },
  ["permits"],
);
