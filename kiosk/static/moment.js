// A moment set with a gloved finger: day, hour, minute, each one step at a time; on the station's own clock.

import { $, $$ } from "./stage.js";

const MINUTE = 60000;
const STEPS = { day: 1440, hour: 60, minute: 5 }; // minutes a touch
const DAY = 1440 * MINUTE;

/** `text`: "2026-11-25T17:28+08:00", the station's clock when the document was made. */
export function clock(text) {
  const loaded = performance.now();
  const [, wall, offset] = text.match(/^(.{16})(.*)$/);
  const begun = Date.parse(`${wall}Z`);
  const now = () => Math.floor((begun + performance.now() - loaded) / MINUTE) * MINUTE;
  let at = now();
  let most = Infinity;
  const draw = () => {
    const said = new Date(at).toISOString();
    const days = Math.round((Math.floor(at / DAY) - Math.floor(now() / DAY)));
    const parts = { day: said.slice(5, 10), hour: said.slice(11, 13), minute: said.slice(14, 16) };
    for (const place of $$("[data-moment]")) place.textContent = parts[place.dataset.moment];
    $('[data-moment="day"]').classList.toggle("today", days === 0);
  };
  return {
    /** @param {{from?: number, past: boolean}} rule  from: where it begins, else now */
    begin({ from, past }) {
      most = past ? 0 : Infinity;
      at = from ?? now();
      draw();
    },
    turn(part, by) {
      const to = at + by * STEPS[part] * MINUTE;
      const rounded = part === "minute" ? Math[by > 0 ? "floor" : "ceil"](to / (5 * MINUTE)) * 5 * MINUTE : to;
      at = most === 0 ? Math.min(rounded, now()) : rounded;
      draw();
    },
    present() {
      at = now();
      draw();
    },
    value: () => new Date(at).toISOString().slice(0, 16) + ":00" + (offset || "+00:00"),
    words: () => new Date(at).toISOString().slice(5, 16).replace("T", " "),
    /** "2026-11-25 24:00" as the moment it is. */
    read(text) {
      const [day, time] = text.split(" ");
      const [hours, minutes] = time.split(":").map(Number);
      return Date.parse(`${day}T00:00Z`) + (hours * 60 + minutes) * MINUTE;
    },
  };
}
