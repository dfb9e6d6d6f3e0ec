// Measures the server of the page: its processor time, its memory, and what it sends.
import { pause } from "./figures.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./figures.mjs").Say} Say */
/** @typedef {Awaited<ReturnType<typeof import("../box.mjs").openBox>>} Box */

/** Seconds of each measurement of a processor. */
const seconds = 20;
/** Ticks of a processor in a second: USER_HZ, which is the same on all Linux systems of today. */
const ticks = 100;

/**
 * Measures the processor time of the server for a while, and the messages to a page in that time.
 *
 * @param {Box} box
 * @param {number} pid
 * @param {string} what
 * @param {() => Sums} sums
 * @param {Say} say
 */
export async function measureServer(box, pid, what, sums, say) {
  const [before, sent] = [await times(box, pid), sums()];
  await pause(seconds * 1_000);
  const after = await times(box, pid);
  const perSecond = (/** @type {keyof Sums} */ of) => (sums()[of] - sent[of]) / seconds;
  const share = (/** @type {number} */ at) =>
    (((after[at] ?? 0) - (before[at] ?? 0)) / ticks / seconds) * 100;
  say(`processor ${what}`, `${share(0).toFixed(1)} % of one, its calls ${share(1).toFixed(1)} %`);
  if (perSecond("messages") > 0)
    say(
      `messages ${what}`,
      `${perSecond("messages").toFixed(1)} a second, ${(perSecond("bytes") / 1000).toFixed(1)} kB`,
    );
}

/**
 * Returns the processor time of a process, and that of its ended children, in ticks: fields 14 to 17 of proc(5).
 *
 * @param {Box} box
 * @param {number} pid
 */
async function times(box, pid) {
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
 * @param {Box} box
 * @param {number} pid
 */
export async function memory(box, pid) {
  const status = await box.sh(`cat /proc/${pid}/status`);
  const kilobytes = (/** @type {string} */ name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return `${Math.round(kilobytes("VmRSS") / 1024)} MB, at most ${Math.round(kilobytes("VmHWM") / 1024)} MB`;
}

/**
 * The number of messages to a page so far, and their bytes.
 *
 * @typedef {{ messages: number, bytes: number }} Sums
 */

/**
 * Counts the messages to a page, and their bytes before compression. Returns a function with the sums so far.
 *
 * @param {Page} page
 */
export async function messagesOf(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Sums} */
  const sums = { messages: 0, bytes: 0 };
  session.on("Network.webSocketFrameReceived", ({ response }) => {
    sums.messages += 1;
    sums.bytes += response.payloadData.length;
  });
  await session.send("Network.enable");
  return () => ({ ...sums });
}
