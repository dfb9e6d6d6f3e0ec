// npm run bench -- --ui: measures the page of `fleet ui` on a real fleet: bytes, times until it is drawn, frames while it
// scrolls, and the processor time and memory of its server.
import { openBox } from "./box.mjs";
import { ms, pause } from "./measure/figures.mjs";
import { addFrameClock } from "./measure/frame-clock.mjs";
import { measureFloor } from "./measure/floor.mjs";
import { bytes, events, frames, heapOf, reloads, rowsOf, unfold } from "./measure/page.mjs";
import { measureTerminal, typed } from "./measure/terminal.mjs";
import { measureServer, memory, messagesOf } from "./measure/server.mjs";
import { openBrowser } from "./page.mjs";

/** @typedef {Awaited<ReturnType<typeof openBox>>} Box */
/** @typedef {Awaited<ReturnType<typeof openBrowser>>} Browser */
/** @typedef {import("./measure/figures.mjs").Say} Say */

/** The number of rows that a long section shows at first. */
const some = 40;

/**
 * Returns a fleet of this size, of which 50 print ten lines a second.
 *
 * @param {number} size
 */
const fleetOf = (size) => `version: 1
defaults: { workdir: "~", labels: { team: quiet } }
agents:
  coder: { command: "echo up; exec sleep infinity", replicas: ${size - 51} }
  stream:
    command: "exec bash -c 'exec 3<> <(:); n=0; while :; do n=$((n+1)); printf \\"\\\\033[3%dmline %d of a stream\\\\033[0m\\\\n\\" $((n % 8)) $n; read -rt 0.1 -u 3; done'"
    replicas: 50
    labels: { team: stream }
${typed}`;

/**
 * Measures, and prints a table.
 *
 * @param {{ size: number, runs: number }} how
 */
export async function measureUi({ size, runs }) {
  const box = await openBox();
  const browser = await openBrowser();
  /** @type {[string, string][]} */
  const table = [];
  const say = (/** @type {string} */ what, /** @type {string} */ value) => {
    table.push([what, value]);
    console.log(`${what}: ${value}`);
  };
  try {
    bytes(say);
    await box.declare(fleetOf(size));
    await box.sh("fleet apply --yes");
    await measurePage(box, browser, { size, runs }, say);
    await measureTerminal(box, browser, say);
    await measureFloor(box, browser, say);
  } finally {
    await browser.close();
    await box.run(["fleet", "destroy", "--yes"]);
    await box.close();
  }
  console.log(
    `\n| what | measured |\n| --- | ---: |\n${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}`,
  );
}

/**
 * Measures a page, and its server with it and without it.
 *
 * @param {Box} box
 * @param {Browser} browser
 * @param {{ size: number, runs: number }} how
 * @param {Say} say
 */
async function measurePage(box, browser, { size, runs }, say) {
  const ui = await box.serve();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const first = size > some ? some : size;
  const began = performance.now();
  await page.goto(ui.url);
  await rowsOf(page)(first);
  say(`login to the first ${first} rows of ${size}, and the map`, ms(performance.now() - began));
  await reloads(page, first, runs, say);
  await addFrameClock(page);
  await events(box, page, runs, say);
  if (size > first) await unfold(page, size, say);
  await frames(page, "while scrolling", "scrollBy(0, 60)", say);
  await frames(page, "with a table at rest", "", say);
  const sums = await messagesOf(page);
  await measureServer(box, ui.pid, "with one visible table", sums, say);
  for (const [label, what] of [
    ["stream", "with a wall on which all agents print"],
    ["quiet", "with a wall of quiet agents"],
  ]) {
    await page.goto(`${ui.origin}/wall?q=team%3D${label}`);
    await page.locator(".card pre:not(:empty)").first().waitFor();
    await measureServer(box, ui.pid, what ?? "", sums, say);
  }
  say("memory of the page", `${Math.round((await heapOf(page)) / 1024 / 1024)} MB of JavaScript`);
  await context.close();
  await pause(7_000);
  await measureServer(box, ui.pid, "without a page", sums, say);
  say("memory of the server", await memory(box, ui.pid));
  await ui.end();
}
