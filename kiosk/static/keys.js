// Our own fields and keys: no native input, so nothing of one person is left for the next.

import { $, $$ } from "./stage.js";

/**
 * A field fed by [data-key] buttons.
 * @param {string} name  of its [data-field]
 * @param {{most: number, accept?: (next: string) => boolean, format?: (value: string) => string,
 *   changed?: (value: string) => void}} rule  most: characters; accept: may it become this; format: how it is shown
 */
export function field(name, { most, accept = () => true, format = (value) => value, changed = () => {} }) {
  const place = $(`[data-field="${name}"]`);
  let letters = [];
  const draw = () => {
    const value = letters.join("");
    const shown = $("[data-value]", place);
    if (shown) shown.textContent = format(value);
    $$(".dot", place).forEach((dot, at) => dot.classList.toggle("on", at < letters.length));
    place.classList.toggle("filled", letters.length > 0);
    changed(value);
  };
  return {
    value: () => letters.join(""),
    type(text) {
      const next = [...letters, ...text]; // by code points: half an emoji is never deleted
      if (next.length <= most && accept(next.join(""))) letters = next;
      draw();
    },
    rub() {
      letters.pop();
      draw();
    },
    clear() {
      letters = [];
      draw();
    },
  };
}

/**
 * Letters on their way to becoming Chinese words. `candidates(keys) → Promise<[text, taken][]>` is the input method;
 * `on()` says whether letters are meant for it. While it is off, a letter is what it is.
 */
export function composer(target, candidates, on) {
  const strip = $("[data-candidates]");
  const typed = $("[data-typed]");
  let keys = "";
  let found = [];
  let from = 0; // the first that is offered
  let to = 0;
  const draw = () => {
    strip.hidden = !on();
    typed.textContent = keys;
    const buttons = $$("[data-tap='candidate']", strip);
    buttons.forEach((button, at) => {
      const [text, taken] = found[from + at] ?? ["", 0];
      Object.assign(button.dataset, { text, taken });
      button.textContent = text;
      button.hidden = !text;
    });
    const fitting = buttons.filter((button) => !button.hidden && button.offsetTop === buttons[0].offsetTop);
    to = from + fitting.length; // a long clause leaves less room for others: they come on the next page
    $("[data-tap='page']", strip).style.visibility = found.length > to || from ? "visible" : "hidden";
  };
  const offer = async () => {
    const asked = keys;
    const offered = keys ? await candidates(keys) : [];
    if (asked !== keys) return; // typed on meanwhile
    [found, from] = [offered, 0];
    draw();
  };
  const compose = (next) => {
    keys = next;
    typed.textContent = keys;
    offer();
  };
  return {
    draw,
    key(letter) {
      if (on() && /[a-z]/.test(letter)) return compose(keys + letter);
      if (keys && letter === " " && found.length) return this.pick(...found[0]);
      if (keys) this.settle();
      target.type(letter);
    },
    pick(text, taken) {
      target.type(text);
      compose(keys.slice(Number(taken)));
    },
    page() {
      from = to < found.length ? to : 0;
      draw();
    },
    rub: () => (keys ? compose(keys.slice(0, -1)) : target.rub()),
    /** What was typed and never chosen stands as it was typed: nothing is lost. */
    settle() {
      if (keys) target.type(keys);
      this.drop();
    },
    drop() {
      [keys, found, from] = ["", [], 0];
      draw();
    },
    clear() {
      this.drop();
      target.clear();
    },
  };
}
