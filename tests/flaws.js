// What a person can see and touch, and where it is not as it should be: outside, cut off, too small, too fine,
// too pale, or over another.
() => {
  const probe = document.body.appendChild(document.createElement("p"));
  probe.className = "probe";
  probe.style.cssText = "position: absolute; width: calc(100 * var(--mm))";
  const mm = probe.getBoundingClientRect().width / 100;
  probe.remove();

  const scrolls = (e) => e.scrollHeight > e.clientHeight + 1;
  const seen = (e) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.closest("svg") && e.getBoundingClientRect().width > 0 &&
    ![...document.querySelectorAll(".alarms, .nozzles, .people, .scrolls")].some((list) => list.contains(e) && scrolls(list));
  const rgb = (colour) => colour.match(/[\d.]+/g).map(Number);
  const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); // WCAG 2 relative luminance
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };

  const flaws = [];
  for (const e of [...document.querySelectorAll("body *")].filter(seen)) {
    const box = e.getBoundingClientRect();
    const name = `${e.className} "${e.textContent.trim().slice(0, 20)}"`;
    const out = Math.max(box.right - innerWidth, box.bottom - innerHeight, -box.left, -box.top);
    if (out > 1) flaws.push(`outside: ${name} by ${out}`);
    if (e.tagName === "BUTTON") {
      const over = Math.max(e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight);
      if (over > 2) flaws.push(`cut off: ${name} by ${over}`);
      const [wide, high] = [box.width / mm, box.height / mm];
      const key = e.classList.contains("key"); // ten of them in a row: a display on its short edge has no room for 20 mm
      if (high < (key ? 15.9 : 19.9) || wide < (key && innerWidth < innerHeight ? 10 : 19.4)) flaws.push(`too small: ${name} ${wide} x ${high} mm`);
    }
    if ([...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) {
      const style = getComputedStyle(e);
      if (parseFloat(style.fontSize) < 4.5 * mm) flaws.push(`too fine: ${name}`);
      const [a, b] = [light(rgb(style.color)), light(ground(e))].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < 7) flaws.push(`too pale: ${name} ${(a + 0.05) / (b + 0.05)}`);
    }
  }
  const buttons = [...document.querySelectorAll("button")].filter(seen).map((e) => [e, e.getBoundingClientRect()]);
  for (const [i, [a, p]] of buttons.entries()) {
    for (const [b, q] of buttons.slice(i + 1)) {
      const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (Math.min(wide, high) > 1) flaws.push(`one over the other: ${a.textContent.trim()}, ${b.textContent.trim()}`);
    }
  }
  return flaws;
}
