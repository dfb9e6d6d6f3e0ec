// Ways to write or replace the file itself.
import {
  chmodSync,
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path/posix";

/** @typedef {import("./ways.mjs").Place} Place */

/** Nix and ostree give each file this time. */
const fixedTime = new Date(1_000);

/** The time between a deletion and the new file, ms: each try takes another one. */
const gaps = [0, 0, 2, 10, 40, 90, 120, 300];

/**
 * Writes a file next to it, prepares that, and renames it.
 *
 * @param {Pick<Place, "file" | "text" | "step">} place
 * @param {(path: string) => void} [prepare]
 */
async function renamed({ file, text, step }, prepare = (_path) => undefined) {
  writeFileSync(`${file}.temporary`, text);
  prepare(`${file}.temporary`);
  await step();
  renameSync(`${file}.temporary`, file);
}

/** @type {readonly import("./ways.mjs").Way[]} */
export const files = [
  { title: "in place", save: ({ file, text }) => writeFileSync(file, text) },
  {
    title: "in place, in 5 pieces",
    async save({ file, text, step }) {
      const opened = openSync(file, "w");
      const length = Math.ceil(text.length / 5);
      for (let from = 0; from < text.length; from += length) {
        writeSync(opened, text.slice(from, from + length));
        await step(10);
      }
      closeSync(opened);
    },
  },
  { title: "next to it and renamed", save: (place) => renamed(place) },
  {
    title: "renamed, and older than before",
    save: (place) =>
      renamed(place, (path) => {
        const time = new Date(1e12 - place.turn * 1e6);
        utimesSync(path, time, time);
      }),
  },
  {
    title: "renamed, of the same size and time (Nix)",
    setup: ({ file }) => utimesSync(file, fixedTime, fixedTime),
    save: (place) => renamed(place, (path) => utimesSync(path, fixedTime, fixedTime)),
  },
  {
    title: "deleted and created",
    async save({ file, text, attempt, pause }) {
      unlinkSync(file);
      await pause(gaps[attempt % gaps.length]);
      writeFileSync(file, text);
    },
  },
  {
    title: "deleted and created, twice in 100 ms",
    async save({ file, text, pause }) {
      for (let time = 0; time < 2; time++) {
        unlinkSync(file);
        await pause(Math.random() * 25);
        writeFileSync(file, text);
        await pause(Math.random() * 25);
      }
    },
  },
  {
    title: "chmod alone",
    save({ file, turn }) {
      readFileSync(file);
      chmodSync(file, [0o644, 0o600, 0o640][turn % 3] ?? 0o644);
    },
  },
  {
    title: "renamed, and 400 ms later through a hard link",
    async save({ root, file, text, textOf, pause }) {
      const hard = join(root, "hard");
      rmSync(hard, { force: true });
      writeFileSync(`${file}.temporary`, textOf("before"));
      renameSync(`${file}.temporary`, file);
      await pause(400);
      linkSync(file, hard);
      writeFileSync(hard, text);
    },
  },
  {
    title: "three files in three folders at once",
    async save(place) {
      for (const file of [place.file, place.second, place.third]) {
        await renamed({ ...place, file });
        await place.step();
      }
    },
  },
];
