import { watch } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Returns the whole lines of a growing file after its first bytes: at once if there are any, or as soon as it grows.
 * After `waitMs`, the text is empty.
 *
 * @param {{ readonly path: string, readonly from: number, readonly waitMs: number }} request
 * @returns {Promise<string>}
 */
export async function moreOf({ path, from, waitMs }) {
  const now = await linesFrom(path, from);
  if (now !== "" || waitMs === 0) return now;
  /** @type {() => void} */
  let wake = () => undefined;
  /** @type {Promise<void>} */
  const grown = new Promise((resolve) => (wake = resolve));
  const watcher = watch(path, wake);
  const timer = setTimeout(wake, waitMs);
  try {
    // The file may have grown before the watcher was there.
    const early = await linesFrom(path, from);
    if (early !== "") return early;
    await grown;
    return await linesFrom(path, from);
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
}

/**
 * Returns the whole lines of a file after its first bytes.
 *
 * @param {string} path
 * @param {number} from
 */
async function linesFrom(path, from) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.toString("utf8", 0, bytes.subarray(0, bytesRead).lastIndexOf("\n") + 1);
  } finally {
    await file.close();
  }
}
