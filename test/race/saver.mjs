// Saves files by a named way, as a process of its own: `{ title, phase, root, attempt, turn }` → `{ endMs, error }`.
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { setTimeout as pause } from "node:timers/promises";
import { ways } from "./ways/ways.mjs";

/**
 * Returns the text of a file with a value.
 *
 * @param {string} value
 */
const textOf = (value) => `MODEL: ${value}\n`;

process.on("message", (message) => void answer(/** @type {Request} */ (message)));

/** @typedef {{ key: number, title: string, phase: string, root: string, attempt: number, turn: number }} Request */

/**
 * Answers one request.
 *
 * @param {Request} request
 */
async function answer({ key, ...request }) {
  let error;
  try {
    await act(request);
  } catch (reason) {
    error = describe(reason);
  }
  process.send?.({ key, endMs: Number(process.hrtime.bigint()) / 1e6, error });
}

/**
 * Returns the error output of a failed command, if there is any, and the error.
 *
 * @param {unknown} reason
 */
function describe(reason) {
  if (!(reason instanceof Error)) return String(reason);
  const stderr = "stderr" in reason && Buffer.isBuffer(reason.stderr) ? reason.stderr.toString() : "";
  return `${stderr}${reason.stack ?? reason.message}`;
}

/**
 * Performs one phase of a way.
 *
 * @param {Omit<Request, "key">} request
 */
async function act({ title, phase, root, attempt, turn }) {
  const way = ways.find((each) => each.title === title);
  if (way === undefined) throw new Error(`unknown way: ${title}`);
  const place = placeAt(root, attempt, turn);
  switch (phase) {
    case "setup":
      for (const file of [place.second, place.third]) place.write(file, place.text);
      if (!way.isMissing) place.write(place.file, place.text);
      return way.setup?.(place);
    case "save":
      return way.save(place);
    case "plain":
      return writeFileSync(place.file, place.text);
    case "teardown":
      return way.teardown?.(place);
  }
}

/**
 * Returns the tools of a way to save: paths, texts of the same length in each turn, and small helpers.
 *
 * @param {string} root
 * @param {number} attempt
 * @param {number} turn
 * @returns {import("./ways/ways.mjs").Place}
 */
function placeAt(root, attempt, turn) {
  const folder = join(root, "top/one");
  const file = join(folder, "fleet.yaml");
  /**
   * Returns the digits of a turn.
   *
   * @param {number} number
   */
  const idOf = (number) => `${attempt * 10 + number}`.padStart(4, "0");
  /**
   * Writes a file, and makes its folders.
   *
   * @param {string} path
   * @param {string} text
   */
  const write = (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  return {
    root,
    folder,
    file,
    second: join(root, "two/key.env"),
    third: join(root, "three/fleet.tmux.conf"),
    attempt,
    turn,
    id: idOf(turn),
    ids: [0, 1, 2, 3].map(idOf),
    value: idOf(turn),
    text: textOf(idOf(turn)),
    textOf,
    pause,
    /** Between two steps of a save: every other try makes no pause. */
    step: (mostMs = 15) => (attempt % 2 === 0 ? undefined : pause(Math.random() * mostMs)),
    write,
    /** Puts a link in the place of another one. */
    swap(link, target) {
      symlinkSync(target, `${link}.temporary`);
      renameSync(`${link}.temporary`, link);
    },
    /** Moves the file into a folder, and puts a link in its place. */
    asLink(target, through = target) {
      mkdirSync(join(folder, target));
      renameSync(file, join(folder, target, "fleet.yaml"));
      symlinkSync(`${through}/fleet.yaml`, file);
    },
  };
}
