// The way in: one question or post, one answer. Never throws; a daemon that is away answers with status 0.

const PATIENCE = 8000; // ms

/** What a question gives, or an empty object: never throws. */
export async function get(path) {
  try {
    return await (await fetch(path, { signal: AbortSignal.timeout(PATIENCE) })).json();
  } catch {
    return {};
  }
}

/** A piece of a page, or nothing: never throws. */
export async function html(path) {
  try {
    return await (await fetch(path, { signal: AbortSignal.timeout(PATIENCE) })).text();
  } catch {
    return "";
  }
}

/** @returns {Promise<{ok: boolean, status: number, body: any}>} */
export async function post(path, content = {}) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}
