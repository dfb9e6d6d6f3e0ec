import { watch } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Returns the text of a growing file after its first bytes: at once if there is any, or as soon as there is. After
 * `waitMs`, the text is empty. The text ends with a whole character, because the writers write whole lines.
 *
 * @param {{ readonly path: string, readonly from: number, readonly waitMs: number }} request
 * @returns {Promise<string>}
 */
export async function moreOf({ path, from, waitMs }) {
  const now = await textFrom(path, from);
  if (now !== "" || waitMs === 0) return now;
  /** @type {() => void} */
  let wake = () => undefined;
  /** @type {Promise<void>} */
  const grown = new Promise((resolve) => (wake = resolve));
  const watcher = watch(path, wake);
  const timer = setTimeout(wake, waitMs);
  try {
    // The file may have grown before the watcher was there.
    const early = await textFrom(path, from);
    if (early !== "") return early;
    await grown;
    return await textFrom(path, from);
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
}

/**
 * Returns the text of a file after its first bytes.
 *
 * @param {string} path
 * @param {number} from
 */
async function textFrom(path, from) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
