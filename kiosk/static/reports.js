// The reports: each is opened by a touch.

import { inside } from "./staff.js";
import { go } from "./stage.js";

inside(
  {
    report: (button) => go(`/staff/report/${encodeURIComponent(button.dataset.report)}`),
    work: () => go("/staff"),
  },
  ["reports"],
);
