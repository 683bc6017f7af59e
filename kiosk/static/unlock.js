// Who are you? A name, then six digits. Tried when the sixth is there; wrong ones are forgotten at once.

import { post } from "./door.js";
import { field } from "./keys.js";
import { follow } from "./live.js";
import { $, $$, go, language, patience, show, shown, stir } from "./stage.js";
import { listen } from "./touch.js";

const LENGTH = 6;
let person = "";
let busy = false;

const leave = () => location.replace("/");
const pin = field("pin", { most: LENGTH });
const amiss = (which) => {
  for (const line of $$("[data-amiss]")) line.hidden = line.dataset.amiss !== which;
};

async function key(button) {
  if (busy) return;
  amiss("");
  pin.type(button.dataset.key);
  if (pin.value().length < LENGTH) return;
  busy = true;
  const answer = await post("/api/staff/unlock", { person, pin: pin.value() });
  busy = false;
  pin.clear();
  if (answer.ok) return go("/staff");
  const wait = answer.body.error?.wait ?? 0;
  $("[data-minutes]").textContent = Math.ceil(wait / 60);
  amiss(wait ? "wait" : "wrong");
}

listen(
  {
    who(button) {
      person = button.dataset.person;
      $("[data-name]").textContent = button.textContent.trim();
      amiss("");
      show("pin");
    },
    key,
    rub: pin.rub,
    back() {
      pin.clear();
      show("who");
    },
    leave,
    language,
    stay: stir,
  },
  stir,
);
patience({ who: [20, 10], pin: [20, 10] }, leave);
follow({ idle: () => shown() === "who" });
