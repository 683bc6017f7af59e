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
 * Letters on their way to becoming words. `candidates(keys) → Promise<string[]>` is the door to an input method;
 * while there is none, a letter is what it is.
 */
export function composer(target, candidates = null) {
  const strip = $("[data-candidates]");
  let keys = "";
  const offer = async () => {
    const asked = keys;
    const found = keys ? await candidates(keys) : [];
    if (asked !== keys) return; // typed on meanwhile
    strip.hidden = !keys;
    strip.replaceChildren(...found.slice(0, 6).map((text) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "key", textContent: text });
      Object.assign(button.dataset, { tap: "candidate", text });
      return button;
    }));
  };
  return {
    key(letter) {
      if (!candidates || !/[a-z]/.test(letter)) return target.type(letter);
      keys += letter;
      offer();
    },
    pick(text) {
      target.type(text);
      keys = "";
      offer();
    },
    rub() {
      if (!keys) return target.rub();
      keys = keys.slice(0, -1);
      offer();
    },
    clear() {
      keys = "";
      if (candidates) offer();
      target.clear();
    },
  };
}
