// What the agent shows: the whole screen at each change. Silence for 25 s, or a closed line, and we ask again.

import { $$ } from "./stage.js";

const SILENCE = 25000; // ms: two heartbeats and a half
const GRACE = 1500; // ms a restart may take before the page says so
const LONGEST = 8000; // ms between tries

/**
 * @param {{ idle: () => boolean, told?: (snapshot: any) => void }} page
 *   idle: may be loaded anew without taking anything from anyone
 */
export function follow(page) {
  const root = document.documentElement;
  let source, watchdog, lost, pause = 500;

  const open = () => {
    source = new EventSource("/events");
    source.addEventListener("screen", (event) => {
      alive();
      pause = 500;
      apply(JSON.parse(event.data));
    });
    source.addEventListener("hb", alive);
    source.addEventListener("error", again);
    clearTimeout(watchdog);
    watchdog = setTimeout(again, SILENCE);
  };
  const alive = () => {
    clearTimeout(watchdog);
    clearTimeout(lost);
    lost = 0;
    root.dataset.link = "live";
    watchdog = setTimeout(again, SILENCE);
  };
  const again = () => {
    source.close();
    clearTimeout(watchdog);
    lost ||= setTimeout(() => (root.dataset.link = "lost"), GRACE);
    watchdog = setTimeout(open, pause);
    pause = Math.min(pause * 2, LONGEST);
  };
  const apply = (snapshot) => {
    if (snapshot.build !== root.dataset.build) {
      const renew = () => (page.idle() ? location.reload() : setTimeout(renew, 1000));
      return renew();
    }
    Object.assign(root.dataset, snapshot.flags);
    for (const place of $$("[data-part]")) {
      const html = snapshot.parts[place.dataset.part];
      const still = "still" in place.dataset && place.checkVisibility(); // nothing moves away under a finger
      if (html !== undefined && place.told !== html && !still) place.innerHTML = place.told = html;
    }
    page.told?.(snapshot);
  };
  const close = () => {
    source.close();
    clearTimeout(watchdog);
  };
  open();
  return { open, close }; // for a page on which somebody else comes in: the stream belongs to who opened it
}
