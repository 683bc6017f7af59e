// One report: printed as it is, and what a person has to do with it.

import { forms } from "./forms.js";
import { inside } from "./staff.js";
import { $, go, show } from "./stage.js";

const { report, now } = $('[data-screen="report"]').dataset;
const names = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);

const sheet = forms({
  now,
  send: (event, said) => ["/api/staff/report", { event, report, ...said, ...(said.attendees && { attendees: names(said.attendees) }) }],
  saved: () => go(`/staff/report/${encodeURIComponent(report)}`),
});

inside(
  {
    ...sheet.acts,
    print: () => window.print(),
    back: () => go("/staff/reports"),
    resume: () => show("report"),
  },
  ["report"],
);
