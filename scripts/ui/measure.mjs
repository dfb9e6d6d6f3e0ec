// npm run bench -- --ui: measures the page of `fleet ui` on a real fleet: bytes, times until it is drawn, frames while it
// scrolls, and the processor time and memory of its server.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { openBox } from "./box.mjs";
import { openBrowser } from "./page.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Seconds of each measurement of a processor. */
const seconds = 20;
/** Ticks of a processor in a second: USER_HZ, which is the same on all Linux systems of today. */
const ticks = 100;

/**
 * Returns a fleet of this size, of which 50 print ten lines a second.
 *
 * @param {number} size
 */
const fleetOf = (size) => `version: 1
defaults: { workdir: "~", labels: { team: quiet } }
agents:
  coder: { command: "echo up; exec sleep infinity", replicas: ${size - 50} }
  stream:
    command: "exec bash -c 'exec 3<> <(:); n=0; while :; do n=$((n+1)); printf \\"\\\\033[3%dmline %d of a stream\\\\033[0m\\\\n\\" $((n % 8)) $n; read -rt 0.1 -u 3; done'"
    replicas: 50
    labels: { team: stream }
`;

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
    const ui = await box.serve();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const whole = () =>
      page
        .locator("[role=row][data-name]")
        .nth(size - 1)
        .waitFor({ state: "attached" });
    const began = performance.now();
    await page.goto(ui.url);
    await whole();
    say(`login to the whole table of ${size}`, ms(performance.now() - began));
    await reloads(page, whole, runs, say);
    await events(page, runs, say);
    await frames(page, "while scrolling", "scrollBy(0, 60)", say);
    await frames(page, "with a table at rest", "", say);
    const traffic = await messagesOf(page);
    const used = async (/** @type {string} */ what) => {
      const before = traffic();
      await processor(ui.pid, what, say);
      const after = traffic();
      const perSecond = (/** @type {"bytes" | "messages"} */ of) => (after[of] - before[of]) / seconds;
      if (after.messages > before.messages)
        say(
          `messages ${what}`,
          `${perSecond("messages").toFixed(1)} a second, ${(perSecond("bytes") / 1000).toFixed(1)} kB`,
        );
    };
    await used("with one visible table");
    await page.goto(`${ui.origin}/wall?q=team%3Dstream`);
    await page.locator(".card pre:not(:empty)").first().waitFor();
    await used("with a wall on which all agents print");
    await page.goto(`${ui.origin}/wall?q=team%3Dquiet`);
    await page.locator(".card pre:not(:empty)").first().waitFor();
    await used("with a wall of quiet agents");
    say("memory of the page", `${Math.round((await heapOf(page)) / 1024 / 1024)} MB of JavaScript`);
    await context.close();
    await pause(7_000);
    await used("without a page");
    say("memory of the server", await memory(ui.pid));
    await ui.end();
  } finally {
    await browser.close();
    await box.run(["fleet", "destroy", "--yes"]);
    await box.close();
  }
  console.log(
    `\n| what | measured |\n| --- | ---: |\n${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}`,
  );

  /**
   * Measures the processor time of the server for a while.
   *
   * @param {number} pid
   * @param {string} what
   * @param {typeof say} tell
   */
  async function processor(pid, what, tell) {
    const before = await times(pid);
    await pause(seconds * 1_000);
    const after = await times(pid);
    const share = (/** @type {number} */ at) =>
      (((after[at] ?? 0) - (before[at] ?? 0)) / ticks / seconds) * 100;
    tell(`processor ${what}`, `${share(0).toFixed(1)} % of one, its calls ${share(1).toFixed(1)} %`);
  }

  /**
   * Returns the processor time of a process, and that of its ended children, in ticks: fields 14 to 17 of proc(5).
   *
   * @param {number} pid
   */
  async function times(pid) {
    const stat = await box.sh(`cat /proc/${pid}/stat`);
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return [user + system, childUser + childSystem];
  }

  /**
   * Returns the memory of a process, now and at most.
   *
   * @param {number} pid
   */
  async function memory(pid) {
    const status = await box.sh(`cat /proc/${pid}/status`);
    const kilobytes = (/** @type {string} */ name) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
    return `${Math.round(kilobytes("VmRSS") / 1024)} MB, at most ${Math.round(kilobytes("VmHWM") / 1024)} MB`;
  }

  /**
   * Measures the time from the end of `systemctl stop` and `start` to the changed row.
   *
   * @param {Page} page
   * @param {number} rounds
   * @param {typeof say} tell
   */
  async function events(page, rounds, tell) {
    const all = [];
    for (let run = 0; run < rounds; run += 1) {
      for (const [verb, word] of [
        ["stop", "stopped"],
        ["start", "running"],
      ]) {
        const done = box
          .sh(`systemctl --user ${verb} mosaic-agent@coder-${run + 1}.service`)
          .then(() => performance.now());
        const drawn = page
          .locator(`[data-name="coder-${run + 1}"]`, { hasText: word ?? "" })
          .waitFor({ state: "attached", timeout: 90_000 })
          .then(() => performance.now());
        all.push((await drawn) - (await done));
        await pause(500);
      }
    }
    tell("an event of systemd to the drawn row", spread(all));
  }
}

/**
 * Says how much the first load of the page is.
 *
 * @param {(what: string, value: string) => void} say
 */
function bytes(say) {
  const size = (/** @type {string[]} */ names) =>
    names.reduce(
      (sum, name) =>
        sum +
        gzipSync(readFileSync(fileURLToPath(new URL(`../../dist/web/${name}`, import.meta.url)))).length,
      0,
    );
  say(
    "first load, compressed",
    `${(size(["index.html", "app.js", "app.css", "icon.svg"]) / 1000).toFixed(1)} kB`,
  );
}

/**
 * Measures reloads until the first paint, and until the whole table.
 *
 * @param {Page} page
 * @param {() => Promise<void>} whole
 * @param {number} runs
 * @param {(what: string, value: string) => void} say
 */
async function reloads(page, whole, runs, say) {
  const [paints, tables] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    await page.reload({ waitUntil: "commit" });
    await whole();
    tables.push(performance.now() - began);
    paints.push(
      await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"),
    );
  }
  say("reload to the first paint", spread(paints));
  say("reload to the whole table", spread(tables));
}

/**
 * Counts the messages to a page, and their bytes before compression. Returns a function with the sums so far.
 *
 * @param {Page} page
 */
async function messagesOf(page) {
  const session = await page.context().newCDPSession(page);
  const sums = { messages: 0, bytes: 0 };
  session.on("Network.webSocketFrameReceived", ({ response }) => {
    sums.messages += 1;
    sums.bytes += response.payloadData.length;
  });
  await session.send("Network.enable");
  return () => ({ ...sums });
}

/**
 * Returns the memory of a page's objects after a collection, bytes.
 *
 * @param {Page} page
 */
async function heapOf(page) {
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
 * @param {(what: string, value: string) => void} say
 */
async function frames(page, what, inEach, say) {
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

/**
 * Returns the median, the ninth decile and the largest value.
 *
 * @param {readonly number[]} values
 */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `${ms(at(0.5))}, 90 % within ${ms(at(0.9))}, longest ${ms(at(1))}`;
}

/**
 * Returns a time in words.
 *
 * @param {number} value
 */
function ms(value) {
  return `${value.toFixed(0)} ms`;
}

/**
 * Waits.
 *
 * @param {number} milliseconds
 */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
