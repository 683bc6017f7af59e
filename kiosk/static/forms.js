// A form of the staff: rows filled one by one, each on a screen of its own, and handed in whole.

import { get } from "./door.js";
import { composer, field } from "./keys.js";
import { clock } from "./moment.js";
import { pad } from "./pad.js";
import { hand, why } from "./staff.js";
import { $, $$, show, shown } from "./stage.js";

const LINE = 60; // characters of a line, and of a text
const TEXT = 500;
const DIALLED = /^(1[3-9]\d{9}|0\d{9,11})$/;
const PICKED = ["choice", "number", "ticks", "flag", "option", "clock", "event"];
const WORTH = { number: Number, event: Number, flag: (value) => value === "true" };

/**
 * @param {{now: string, send: (form: string, values: Record<string, any>, ink: Record<string, string>) => [string, any],
 *   saved: (answer: any, form: string) => void}} page
 *   now: the station's clock; send: where the values of a form are posted, and as what
 */
export function forms({ now, send, saved }) {
  let form = "";
  let values = {};
  let ink = {};
  let row = null; // the one that is being filled
  let most = TEXT;

  const time = clock(now);
  const text = field("text", {
    most: TEXT,
    accept: (next) => [...next].length <= most,
    changed: (value) => ($("[data-room]").textContent = `${[...value].length} / ${most}`),
  });
  const board = $('[data-screen="write"]');
  const letters = composer(
    text,
    async (keys) => (await get(`/api/ime?keys=${encodeURIComponent(keys)}`)).words ?? [],
    () => board.dataset.tongue === "pinyin",
  );
  const ours = $("[data-pad]") && pad();
  const dial = $('[data-field="dial"]') && field("dial", { most: 15, changed: () => ($("[data-dial-amiss]").hidden = true) });
  const name = () => row.dataset.fieldName;
  const back = () => show(`form-${form}`);
  const pressed = (screen) => $$(`[data-screen="${screen}"] [aria-pressed="true"]`);

  const put = (value, ...shown) => {
    row.classList.remove("missing");
    if (!$(`[data-screen="form-${form}"] .missing`)) $(`[data-screen="form-${form}"] [data-amiss]`).hidden = true;
    if (value === undefined) delete values[name()];
    else values[name()] = value;
    $("[data-entry]", row).replaceChildren(...(value === undefined ? [] : shown));
    back();
  };
  const title = () => $$("[data-asked]").forEach((place) => place.replaceChildren($(".say", row).cloneNode(true)));
  const words = (button) => $(".say", button).cloneNode(true);

  const ask = {
    pick() {
      const chosen = [values[name()] ?? []].flat().map(String);
      for (const chip of $$(`[data-screen="pick-${name()}"] .chip`)) chip.setAttribute("aria-pressed", String(chosen.includes(chip.dataset.value)));
      show(`pick-${name()}`);
    },
    write() {
      most = row.dataset.asks === "line" ? LINE : TEXT;
      letters.clear();
      text.type(values[name()] ?? "");
      letters.draw();
      show("write");
    },
    dial() {
      dial.clear();
      dial.type(values[name()] ?? "");
      title();
      show("dial");
    },
    time() {
      const due = pressed("pick-stop")[0]?.dataset.due; // an extension begins where the promise ends
      const from = name() === "until" && due ? time.read(due) + 24 * 3600e3 : undefined;
      time.begin({ from, past: row.dataset.asks === "past" });
      title();
      show("moment");
    },
    sign() {
      for (const chip of $$(".signer")) chip.setAttribute("aria-pressed", String((values[name()] ?? []).includes(chip.dataset.signer)));
      show("signers");
    },
  };
  const asked = (kind) => (PICKED.includes(kind) ? ask.pick : { text: ask.write, line: ask.write, dial: ask.dial, past: ask.time, ahead: ask.time, sign: ask.sign }[kind]);

  let signer = null;
  const sealed = () => document.documentElement.dataset.contact === "yes"; // else there is no key to seal a signature with

  async function save() {
    const lacking = $$(`[data-screen="form-${form}"] .needed`).filter((one) => values[one.dataset.fieldName] === undefined);
    for (const one of $$(`[data-screen="form-${form}"] .row`)) one.classList.toggle("missing", lacking.includes(one));
    $(`[data-screen="form-${form}"] [data-amiss]`).hidden = !lacking.length;
    if (lacking.length) return;
    const answer = await hand(...send(form, values, ink));
    if (!answer) return;
    if (answer.ok) return saved(answer.body, form);
    $("[data-why]").textContent = why(answer);
    show("refused");
  }

  function open(which) {
    if (which !== form) clear();
    form = which;
    show(`form-${form}`);
  }

  function clear() {
    [values, ink] = [{}, {}];
    for (const answer of $$(`[data-screen="form-${form}"] [data-entry]`)) answer.replaceChildren();
    for (const one of $$(".missing")) one.classList.remove("missing");
    for (const line of $$("[data-amiss]")) line.hidden = true;
  }

  return {
    open,
    values: () => values,
    acts: {
      form: (button) => $(`[data-screen="form-${button.dataset.form}"]`) && open(button.dataset.form),
      fill(button) {
        row = button;
        asked(button.dataset.asks)();
      },
      pick: (button) => {
        for (const chip of $$(".chip", button.parentNode)) chip.setAttribute("aria-pressed", String(chip === button));
        put((WORTH[row.dataset.asks] ?? String)(button.dataset.value), words(button));
      },
      tick: (button) => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")),
      ticked() {
        const chosen = pressed(`pick-${name()}`);
        put(chosen.length ? chosen.map((chip) => chip.dataset.value) : undefined, ...chosen.map(words));
      },
      empty() {
        for (const chip of pressed(`pick-${name()}`)) chip.setAttribute("aria-pressed", "false");
        put(undefined);
      },
      filled: back,
      turn: (button) => time.turn(button.dataset.part, Number(button.dataset.by)),
      present: () => time.present(),
      timed: () => put(time.value(), time.words()),
      signer(button) {
        signer = button;
        if (!sealed()) return button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
        $("[data-signer-name]").replaceChildren(words(button));
        show("pad");
        ours.clear();
      },
      wipe: () => ours.clear(),
      inked() {
        const drawn = ours.value();
        signer.setAttribute("aria-pressed", String(drawn !== ""));
        if (drawn) ink[signer.dataset.signer] = drawn;
        else delete ink[signer.dataset.signer];
        show("signers");
      },
      signers: () => show("signers"),
      signed() {
        const chosen = pressed("signers");
        put(chosen.length ? chosen.map((chip) => chip.dataset.signer) : undefined, ...chosen.map(words));
      },
      dialled() {
        const number = dial.value();
        $("[data-dial-amiss]").hidden = !number || DIALLED.test(number);
        if (!number || DIALLED.test(number)) put(number || undefined, number);
      },
      key: (button) => (shown() === "dial" ? dial.type(button.dataset.key) : letters.key(button.dataset.key)),
      rub: () => (shown() === "dial" ? dial.rub() : letters.rub()),
      candidate: (button) => letters.pick(button.dataset.text, button.dataset.taken),
      page: () => letters.page(),
      tongue() {
        letters.settle();
        board.dataset.tongue = board.dataset.tongue === "pinyin" ? "letters" : "pinyin";
        letters.draw();
      },
      board(button) {
        for (const one of $$("[data-board]")) one.hidden = one.dataset.board !== button.dataset.other;
        [button.dataset.other, button.textContent] = button.dataset.other === "signs" ? ["letters", "ABC"] : ["signs", "123"];
      },
      wrote() {
        letters.settle();
        const said = text.value().trim();
        put(said || undefined, said);
      },
      back: () => shown() === "write" && back(),
      resume: back,
      save,
    },
  };
}
