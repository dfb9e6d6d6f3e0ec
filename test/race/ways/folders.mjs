// Ways to change the folders above the file.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path/posix";

/**
 * Puts another folder, with the file at this path in it, in the place of one.
 *
 * @param {string} folder
 * @param {string} path
 * @param {import("./ways.mjs").Place} place
 */
async function replaced(folder, path, { text, step, write }) {
  write(join(`${folder}.new`, path), text);
  renameSync(folder, `${folder}.old`);
  await step();
  renameSync(`${folder}.new`, folder);
  await step();
  rmSync(`${folder}.old`, { recursive: true });
}

/** @type {readonly import("./ways.mjs").Way[]} */
export const folders = [
  { title: "another folder in its place", save: (place) => replaced(place.folder, "fleet.yaml", place) },
  {
    title: "another folder two above",
    save: (place) => replaced(join(place.root, "top"), "one/fleet.yaml", place),
  },
  {
    title: "the folder is moved away, edited and moved back",
    async save({ folder, text, step }) {
      renameSync(folder, `${folder}.away`);
      await step(60);
      writeFileSync(join(`${folder}.away`, "fleet.yaml"), text);
      await step(60);
      renameSync(`${folder}.away`, folder);
    },
  },
  {
    title: "the folder is deleted and made again",
    async save({ folder, file, text, step }) {
      rmSync(folder, { recursive: true });
      await step();
      mkdirSync(folder);
      await step();
      writeFileSync(file, text);
    },
  },
  {
    title: "three levels are missing at the start",
    isMissing: true,
    async save({ root, folder, file, text, step }) {
      if (!existsSync(folder)) {
        mkdirSync(join(root, "top"));
        await step();
        mkdirSync(folder);
        await step();
      }
      writeFileSync(file, text);
    },
  },
  {
    title: "missing at the start, and moved there whole",
    isMissing: true,
    save({ root, folder, file, text, write }) {
      if (existsSync(folder)) {
        writeFileSync(file, text);
        return;
      }
      write(join(root, "made/one/fleet.yaml"), text);
      renameSync(join(root, "made"), join(root, "top"));
    },
  },
];
