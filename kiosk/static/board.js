// The board on the idle page: one card after another.

import { $$ } from "./stage.js";

const TURN = 12000; // ms a card stays

let at = 0;

export function turn() {
  const cards = $$('[data-part="board"] .card');
  if (!cards.length) return;
  at %= cards.length;
  cards.forEach((card, n) => card.classList.toggle("on", n === at));
}

export function rotate() {
  turn();
  setInterval(() => {
    at += 1;
    turn();
  }, TURN);
}
