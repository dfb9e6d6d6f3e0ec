// Measures a terminal of the page: how long it takes to open, a key to its frame, and the frames while 20 MB come.
import { ms, pause, spread } from "./figures.mjs";

/** @typedef {Awaited<ReturnType<typeof import("../box.mjs").openBox>>} Box */
/** @typedef {Awaited<ReturnType<typeof import("../page.mjs").openBrowser>>} Browser */
/** @typedef {import("./figures.mjs").Say} Say */

/** The agent to type to: a shell. */
export const typed = `  typed: { command: "PS1='ready ' exec sh", labels: { team: quiet } }\n`;

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
  const opens = [];
  for (let run = 0; run < 10; run += 1) {
    const began = performance.now();
    await page.getByRole("tab", { name: "Terminal" }).click();
    await rows.getByText("ready").first().waitFor();
    opens.push(performance.now() - began);
    await page.getByRole("tab", { name: "Output" }).click();
    await rows.waitFor({ state: "detached" });
  }
  say("a click to the terminal, the first one with its library", ms(opens[0] ?? 0));
  say("… and later ones", spread(opens.slice(1)));
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByRole("button", { name: "Type…" }).click();
  await page.getByRole("button", { name: "Stop typing" }).waitFor();
  await page.evaluate(`(() => {
    globalThis.keys = [];
    let at;
    addEventListener("keydown", ({ timeStamp }) => (at = timeStamp), true);
    const drawn = () => {
      if (at === undefined) return;
      const began = at;
      at = undefined;
      requestAnimationFrame(() => keys.push(performance.now() - began));
    };
    const all = { childList: true, subtree: true, characterData: true };
    new MutationObserver(drawn).observe(document.querySelector(".xterm-rows"), all);
  })()`);
  for (let key = 0; key < 60; key += 1) {
    await page.keyboard.press("x");
    await pause(80);
  }
  say("a key to its frame", spread(await page.evaluate("keys")));
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
