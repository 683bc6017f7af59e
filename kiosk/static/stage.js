// The stage: one screen at a time, and one question when nothing was touched for a while: is anybody still there?

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export { $, $$ };

const bar = $("[data-idle]");
let waits = {};
let timer = 0;
let leave = () => {};

/**
 * @param {Record<string, [number, number]>} table  screen → seconds until the bar asks, seconds from there to `gone`;
 *   0 seconds until the bar: the screen counts down by itself, nothing is lost when it goes
 * @param {(screen: string) => void} gone
 */
export function patience(table, gone) {
  waits = table;
  leave = gone;
  stir();
}

export const shown = () => $(".screen:not([hidden])").dataset.screen;

export function show(name) {
  for (const screen of $$(".screen")) screen.hidden = screen.dataset.screen !== name;
  for (const button of $$(".pressed")) button.classList.remove("pressed");
  dispatchEvent(new Event("stage")); // a finger still trembling over the old screen must not act on the new one
  stir();
}

/** Somebody is there: the wait begins again. */
export function stir() {
  clearTimeout(timer);
  bar.hidden = true;
  const wait = waits[shown()];
  if (wait) timer = setTimeout(warn, wait[0] * 1000, wait[1], wait[0] > 0);
}

function warn(left, asks) {
  bar.hidden = !asks || left <= 0;
  bar.dataset.over = shown();
  if (left <= 0) return leave(shown());
  for (const count of $$("[data-count], [data-left]")) count.textContent = left;
  timer = setTimeout(warn, 1000, left - 1, asks);
}

export function language(button) {
  const root = document.documentElement;
  const choices = $$("[data-choice]", button).map((span) => span.dataset.choice);
  tongue(choices[(choices.indexOf(root.dataset.lead) + 1) % choices.length]);
}

export function tongue(lead) {
  document.documentElement.dataset.lead = lead;
}

export const firstTongue = document.documentElement.lang;

/** To the other document, in the language that was chosen here. */
export function go(path) {
  const { lead } = document.documentElement.dataset;
  location.replace(lead === firstTongue ? path : `${path}${path.includes("?") ? "&" : "?"}lead=${lead}`);
}

const chosen = new URLSearchParams(location.search).get("lead");
if ($$("[data-choice]").some((span) => span.dataset.choice === chosen)) tongue(chosen);
