// Starts the reader of a log as tmux does, with an endless count as its input. Once a megabyte is written, this process grows by
// 80 MB, as a tmux server with unread output. After the line about missing output, and some more, it ends the input.
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

const [script = "", folder = ""] = process.argv.slice(2);
const file = `${folder}/output.log`;
const counter = spawn("seq", ["10000000", "99999999"], { stdio: ["ignore", "pipe", "ignore"] });
const reader = spawn("sh", [script, "--log", "core", folder, folder, String(2 ** 40), "1", "run 1 began"], {
  stdio: [counter.stdout, "ignore", "inherit"],
});
counter.stdout.destroy();

await longerThan(1_000_000);
const grown = Buffer.alloc(80_000_000, 1);
await longerThan((await placeOfLoss()) + 100_000);
counter.kill("SIGKILL");
await once(reader, "exit");
console.log(grown.length);

/**
 * Waits until the log is longer.
 *
 * @param {number} bytes
 */
async function longerThan(bytes) {
  while ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= bytes) await pause(5);
}

/** Returns the place in the file of the line about missing output. */
async function placeOfLoss() {
  const descriptor = openSync(file, "r");
  const bytes = Buffer.alloc(1_000_000);
  for (let place = 0; ;) {
    const count = readSync(descriptor, bytes, 0, bytes.length, place);
    const found = bytes.toString("latin1", 0, count).indexOf("are missing here");
    if (found >= 0) {
      closeSync(descriptor);
      return place + found;
    }
    // The next part begins before the end of this one, because the line may be on the border.
    place += Math.max(0, count - 100);
    if (count < bytes.length) await pause(5);
  }
}
