// A page that nobody looks at: dark, and never long in one place, so that nothing burns in. One touch still rates.

const QUIET = 150000; // ms at home without a touch
const STEP = 20000; // ms in one place
const AROUND = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]]; // places, in steps

const root = document.documentElement;
let timer = 0;

function move(at) {
  const [x, y] = AROUND[at % AROUND.length];
  root.dataset.attract = "yes";
  root.style.setProperty("--x", x);
  root.style.setProperty("--y", y);
  timer = setTimeout(move, STEP, at + 1);
}

/** Nobody is here: in a while the page goes dark. */
export function rest() {
  clearTimeout(timer);
  timer = setTimeout(move, QUIET, 0);
}

/** Somebody is. */
export function wake() {
  clearTimeout(timer);
  delete root.dataset.attract;
}
