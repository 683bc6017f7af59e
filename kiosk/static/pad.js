// A signature: strokes of a finger, kept as lines on a small grid, never as a picture.

import { $ } from "./stage.js";

const WIDE = 300; // units of the grid, whatever the display
const HIGH = 100;
const STEP = 2; // units a finger has to move before it is worth a point
const LONGEST = 3000; // letters of what is handed in

export function pad() {
  const canvas = $("[data-pad]");
  let strokes = [];
  let drawing = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const inside = (at, size, most) => Math.max(0, Math.min(most, Math.round((at / size) * most)));
    return [inside(event.clientX - box.left, box.width, WIDE), inside(event.clientY - box.top, box.height, HIGH)];
  };
  const draw = () => {
    const { width, height } = canvas.getBoundingClientRect();
    if (canvas.width !== Math.round(width)) [canvas.width, canvas.height] = [Math.round(width), Math.round(height)];
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: Math.max(3, canvas.height / 45), lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
    for (const stroke of strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo((x / WIDE) * canvas.width, (y / HIGH) * canvas.height);
      pen.stroke();
    }
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (drawing !== null || !event.isPrimary) return; // the heel of the hand
    drawing = event.pointerId;
    canvas.setPointerCapture?.(event.pointerId);
    const at = place(event);
    strokes.push([at, at]); // a dot is a stroke too
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const [x, y] = place(event);
    const stroke = strokes.at(-1);
    const [a, b] = stroke.at(-1);
    if (Math.hypot(x - a, y - b) < STEP) return;
    stroke.push([x, y]);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => event.pointerId === drawing && (drawing = null));

  const write = (lines) => lines.map((stroke) => stroke.map((at) => at.join(",")).join(" ")).join(";");
  return {
    clear() {
      [strokes, drawing] = [[], null];
      draw();
    },
    /** "x,y x,y;x,y …": a stroke a part; the longer it is the fewer points of it. Empty: nothing was signed. */
    value() {
      let lines = strokes;
      while (write(lines).length > LONGEST) lines = lines.map((stroke) => stroke.filter((_, n) => n % 2 === 0 || n === stroke.length - 1));
      return write(lines);
    },
  };
}
