// Measures a terminal of the page: how long it takes to open, a key to its frame, and the frames while 20 MB come.
import { ms, pause, spread } from "./figures.mjs";
import { addFrameClock } from "./frame-clock.mjs";

/** @typedef {Awaited<ReturnType<typeof import("../box.mjs").openBox>>} Box */
/** @typedef {Awaited<ReturnType<typeof import("../page.mjs").openBrowser>>} Browser */
/** @typedef {import("./figures.mjs").Say} Say */

/** The agent to type to: a shell. */
export const typed = `  typed: { command: "PS1='ready ' exec sh", labels: { team: quiet } }\n`;

/** The time that somebody looks at the page of an agent before a click, ms. */
const readingMs = 500;

/** A script for a page: measures from the next click to the frame with the prompt of the agent. */
const clickToTerminal = `(() => {
  const clicked = new Promise((resolve) => {
    addEventListener("click", ({ timeStamp }) => resolve(performance.timeOrigin + timeStamp), { capture: true, once: true });
  });
  const prompt = () => {
    const rows = document.querySelector(".xterm-rows");
    return rows?.textContent.includes("ready") ? rows : undefined;
  };
  globalThis.opened = clicked.then(async (at) => (await fleetClock.drawn(prompt, true)) - at);
})()`;

/**
 * Returns a script for a page: `keys` gets the time from each key to the end of the frame in which the element changes.
 *
 * @param {string} selector
 */
export const keysToFrames = (selector) => `(() => {
  globalThis.keys = [];
  let at;
  addEventListener("keydown", ({ timeStamp }) => (at = performance.timeOrigin + timeStamp), true);
  const element = document.querySelector("${selector}");
  const changed = () => {
    if (at === undefined) return;
    const began = at;
    at = undefined;
    fleetClock.afterFrame(element, false, (now) => keys.push(now - began));
  };
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(changed).observe(element, all);
})()`;

/**
 * Measures the terminal of the agent `typed`.
 *
 * @param {Box} box
 * @param {Browser} browser
 * @param {Say} say
 */
export async function measureTerminal(box, browser, say) {
  await box.sh("head -c 15000000 /dev/urandom | base64 >large");
  const ui = await box.serve("--control");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(ui.url);
  await page.locator("[data-name]").first().waitFor();
  await page.goto(`${ui.origin}/agents/typed`);
  const rows = page.locator(".xterm-rows");
  await addFrameClock(page);
  await page.getByRole("tab", { name: "Output" }).waitFor();
  await pause(readingMs);
  const opens = [];
  for (let run = 0; run < 10; run += 1) {
    await page.evaluate(clickToTerminal);
    await page.getByRole("tab", { name: "Terminal" }).click();
    opens.push(Number(await page.evaluate("opened")));
    await page.getByRole("tab", { name: "Output" }).click();
    await rows.waitFor({ state: "detached" });
    await pause(200);
  }
  say("a click to the end of the frame with the terminal, the first one", ms(opens[0] ?? 0));
  say("… and later ones", spread(opens.slice(1)));
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByRole("button", { name: "Type…" }).click();
  await page.getByRole("button", { name: "Stop typing" }).waitFor();
  await page.evaluate(keysToFrames(".xterm-rows"));
  for (let key = 0; key < 60; key += 1) {
    await page.keyboard.press("x");
    await pause(80);
  }
  say("a key to the end of its frame", spread(await page.evaluate("keys")));
  await page.keyboard.press("Control+u");
  await page.evaluate(`(() => {
    globalThis.frames = [];
    let before = performance.now();
    const step = (now) => {
      frames.push(now - before);
      before = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })()`);
  const began = performance.now();
  await page.keyboard.type("cat large; echo the-end-$((1+1))\n");
  await rows.getByText("the-end-2").first().waitFor({ timeout: 120_000 });
  say("20 MB to their end on the screen", ms(performance.now() - began));
  say("frame in the meantime", spread(await page.evaluate("frames.slice(1)")));
  await context.close();
  await ui.end();
}
