// Ways to change a file through symbolic links, or a link in its place.
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path/posix";

/** @typedef {import("./ways.mjs").Place} Place */

const fixedTime = new Date(1_000);

/**
 * Writes a file next to a path, and renames it over that.
 *
 * @param {string} path
 * @param {Place} place
 */
async function renamedOver(path, { text, step }) {
  writeFileSync(`${path}.temporary`, text);
  await step();
  renameSync(`${path}.temporary`, path);
}

/**
 * Makes the chain fleet.yaml → a/one → b/two → c/real.
 *
 * @param {Place} place
 */
function asChain({ root, file }) {
  for (const name of ["a", "b", "c"]) mkdirSync(join(root, name));
  renameSync(file, join(root, "c/real"));
  symlinkSync("../c/real", join(root, "b/two"));
  symlinkSync(join(root, "b/two"), join(root, "a/one"));
  symlinkSync(join(root, "a/one"), file);
}

/**
 * Returns a folder of the root folder, which chokidar takes for an entry of itself.
 *
 * @param {Place} place
 */
const topOf = ({ attempt }) => `/mosaic-fleet-race-${process.pid}-${attempt}`;

/** @type {readonly import("./ways.mjs").Way[]} */
export const links = [
  {
    title: "the link is deleted and made again",
    setup: ({ asLink }) => asLink("first"),
    async save({ folder, file, id, text, step, write }) {
      write(join(folder, `new${id}/fleet.yaml`), text);
      unlinkSync(file);
      await step();
      symlinkSync(`new${id}/fleet.yaml`, file);
    },
  },
  {
    title: "the link is swapped, same size and time (Nix)",
    setup({ folder, asLink }) {
      asLink("first");
      utimesSync(join(folder, "first/fleet.yaml"), fixedTime, fixedTime);
    },
    save({ folder, file, id, text, swap, write }) {
      const target = join(folder, `new${id}/fleet.yaml`);
      write(target, text);
      utimesSync(target, fixedTime, fixedTime);
      swap(file, `new${id}/fleet.yaml`);
    },
  },
  {
    title: "the target of the link, in place",
    setup: ({ asLink }) => asLink("first"),
    save: ({ folder, text }) => writeFileSync(join(folder, "first/fleet.yaml"), text),
  },
  {
    title: "the target of the link, renamed over",
    setup: ({ asLink }) => asLink("first"),
    save: (place) => renamedOver(join(place.folder, "first/fleet.yaml"), place),
  },
  {
    title: "the link is swapped, and 400 ms later its target saved",
    setup: ({ asLink }) => asLink("first"),
    async save({ folder, file, id, text, textOf, swap, write, pause }) {
      write(join(folder, `new${id}/fleet.yaml`), textOf("before"));
      swap(file, `new${id}/fleet.yaml`);
      await pause(400);
      writeFileSync(join(folder, `new${id}/fleet.yaml`), text);
    },
  },
  {
    title: "a chain of links, the middle one is swapped",
    setup: asChain,
    save({ root, id, text, swap, write }) {
      write(join(root, `d${id}/real`), text);
      swap(join(root, "b/two"), `../d${id}/real`);
    },
  },
  {
    title: "a chain of links, its end is saved",
    setup: asChain,
    async save(place) {
      const end = join(place.root, "c/real");
      if (place.turn % 2 === 0) await renamedOver(end, place);
      else writeFileSync(end, place.text);
    },
  },
  {
    title: "a link that led nowhere gets its target",
    setup({ file }) {
      unlinkSync(file);
      symlinkSync("target/fleet.yaml", file);
    },
    async save({ folder, text, step }) {
      mkdirSync(join(folder, "target"), { recursive: true });
      await step();
      writeFileSync(join(folder, "target/fleet.yaml"), text);
    },
  },
  {
    title: "a link into a new folder of the root folder",
    /** The root folder is the same in each mount. */
    isElsewhere: true,
    setup(place) {
      const top = topOf(place);
      place.write(`${top}-first/fleet.yaml`, place.text);
      unlinkSync(place.file);
      symlinkSync(`${top}/fleet.yaml`, place.file);
      symlinkSync(`${top}-first`, top);
    },
    async save(place) {
      const next = `${topOf(place)}-${place.id}`;
      place.write(`${next}/fleet.yaml`, place.text);
      await place.pause(350);
      place.swap(topOf(place), next);
    },
    teardown(place) {
      const ends = ["", "-first", ...place.ids.map((id) => `-${id}`)];
      for (const end of ends) rmSync(topOf(place) + end, { recursive: true, force: true });
    },
  },
];
