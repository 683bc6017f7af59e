// A finger: acts when it is lifted inside what it pressed, once in 300 ms, and never on a screen it has not seen.

const GUARD = 300; // ms in which a second touch is a tremble, not a wish
const BOUNCE = 150; // ms in which the same key again is one; another key is typing, however fast
const KEYS = new Set(["key", "rub"]);
const FORBIDDEN = ["contextmenu", "dragstart", "selectstart", "gesturestart", "dblclick", "wheel"];

/**
 * @param {Record<string, (button: HTMLElement) => void>} acts  what each data-tap does
 * @param {() => void} stir  called at every touch: somebody is there
 */
export function listen(acts, stir) {
  let pressed = null; // {button, pointer}
  let acted = -Infinity;
  let opened = -Infinity; // when the screen was put up
  let last = null;

  const release = () => {
    pressed?.button.classList.remove("pressed");
    pressed = null;
  };
  const act = (button, at) => {
    const typing = KEYS.has(button.dataset.tap) && KEYS.has(last?.dataset.tap);
    const guard = !typing ? GUARD : button === last ? BOUNCE : 0;
    if (at - acted < guard || at - opened < GUARD) return;
    acted = at;
    last = button;
    acts[button.dataset.tap]?.(button);
  };

  addEventListener("pointerdown", (event) => {
    stir();
    const button = event.isPrimary && event.button === 0 && event.target.closest?.("[data-tap]");
    if (!button || pressed) return;
    pressed = { button, pointer: event.pointerId };
    button.classList.add("pressed");
    if (button.hasPointerCapture?.(event.pointerId)) button.releasePointerCapture(event.pointerId);
  });
  addEventListener("pointerup", (event) => {
    if (event.pointerId !== pressed?.pointer) return;
    const { button } = pressed;
    const inside = button.contains(document.elementFromPoint(event.clientX, event.clientY));
    release();
    if (inside) act(button, event.timeStamp);
  });
  addEventListener("pointercancel", release);
  addEventListener("stage", () => (opened = performance.now()));
  addEventListener("click", (event) => { // Enter on a keyboard, a switch, a screen reader: no pointer was lifted
    const button = event.detail === 0 && event.target.closest?.("[data-tap]");
    if (button) act(button, event.timeStamp);
  });
  for (const name of FORBIDDEN) addEventListener(name, (event) => event.preventDefault(), { passive: false });
  addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
}
