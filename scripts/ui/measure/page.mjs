// Measures the page in its browser: bytes, times until it is drawn, frames while it scrolls, and memory.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { pause, spread } from "./figures.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./figures.mjs").Say} Say */
/** @typedef {Awaited<ReturnType<typeof import("../box.mjs").openBox>>} Box */

/**
 * Says how much the first load of the page is.
 *
 * @param {Say} say
 */
export function bytes(say) {
  const size = (/** @type {string[]} */ names) =>
    names.reduce(
      (sum, name) =>
        sum +
        gzipSync(readFileSync(fileURLToPath(new URL(`../../../dist/web/${name}`, import.meta.url)))).length,
      0,
    );
  say(
    "first load, compressed",
    `${(size(["index.html", "app.js", "app.css", "icon.svg"]) / 1000).toFixed(1)} kB`,
  );
}

/**
 * Returns a function that waits for this number of rows.
 *
 * @param {Page} page
 */
export function rowsOf(page) {
  return (/** @type {number} */ count) =>
    page
      .locator("[role=row][data-name]")
      .nth(count - 1)
      .waitFor({ state: "attached" });
}

/**
 * Measures reloads until the first paint, and until the first rows, which are more than a screen of them.
 *
 * @param {Page} page
 * @param {number} first
 * @param {number} runs
 * @param {Say} say
 */
export async function reloads(page, first, runs, say) {
  const [paints, tables] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    await page.reload({ waitUntil: "commit" });
    await rowsOf(page)(first);
    tables.push(performance.now() - began);
    paints.push(
      await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"),
    );
  }
  say("reload to the first paint", spread(paints));
  say(`reload to the first ${first} rows, and the map`, spread(tables));
}

/**
 * Measures the time from the end of `systemctl stop` and `start` to the end of the frame with the changed row.
 *
 * @param {Box} box
 * @param {Page} page
 * @param {number} rounds
 * @param {Say} say
 */
export async function events(box, page, rounds, say) {
  /** @type {Record<"stop" | "start", number[]>} */
  const all = { stop: [], start: [] };
  for (let run = 0; run < rounds; run += 1) {
    for (const [verb, word] of /** @type {const} */ ([
      ["stop", "stopped"],
      ["start", "running"],
    ])) {
      const row = `document.querySelector('[data-name="coder-${run + 1}"] .state')`;
      /** @type {Promise<number>} */
      const drawn = page.evaluate(
        `fleetClock.drawn(() => ${row}?.textContent.includes("${word}") && ${row})`,
      );
      const unit = `mosaic-agent@coder-${run + 1}.service`;
      const done = await box.sh(`exec bash -c 'systemctl --user ${verb} ${unit} && echo $EPOCHREALTIME'`);
      all[verb].push((await drawn) - Number(done) * 1000);
      await pause(500);
    }
  }
  say("an event of systemd to the end of its frame", spread([...all.stop, ...all.start]));
  say("… the end of an agent", spread(all.stop));
  say("… the start of an agent", spread(all.start));
}

/**
 * Measures the time from a click to all rows of a long section.
 *
 * @param {Page} page
 * @param {number} size
 * @param {Say} say
 */
export async function unfold(page, size, say) {
  const began = performance.now();
  await page.getByRole("button", { name: /^Show \d+ more/ }).click();
  await rowsOf(page)(size);
  say(`a click to all ${size} rows`, spread([performance.now() - began]));
}

/**
 * Returns the memory of a page's objects after a collection, bytes.
 *
 * @param {Page} page
 */
export async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/**
 * Measures the time between frames for three seconds, with something done in each.
 *
 * @param {Page} page
 * @param {string} what
 * @param {string} inEach A statement.
 * @param {Say} say
 */
export async function frames(page, what, inEach, say) {
  /** @type {number[]} */
  const gaps = await page.evaluate(`new Promise((resolve) => {
    const gaps = [];
    let last = performance.now();
    const began = last;
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      ${inEach};
      if (now - began < 3000) requestAnimationFrame(step);
      else resolve(gaps.slice(1));
    };
    requestAnimationFrame(step);
  })`);
  say(`frame ${what}`, spread(gaps));
}
