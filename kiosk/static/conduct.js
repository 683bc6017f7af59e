// Dangerous behaviour that was stopped: what it was, how it ended.

import { hand, inside, why } from "./staff.js";
import { $, go, show } from "./stage.js";

let code = "";

inside(
  {
    code(button) {
      code = button.dataset.code;
      show("ended");
    },
    async ended(button) {
      const answer = await hand("/api/staff/conduct", { code, ended: button.dataset.ended });
      if (!answer) return;
      if (answer.ok) return go("/staff");
      $("[data-why]").textContent = why(answer);
      show("refused");
    },
    codes: () => show("codes"),
    resume: () => show("codes"),
    work: () => go("/staff"),
  },
  ["codes"],
);
