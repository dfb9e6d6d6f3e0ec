// Programs and editors for saving a file. The real ones run if they are installed; otherwise this file makes their
// system calls.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path/posix";

/** @typedef {import("./ways.mjs").Place} Place */
/** @typedef {import("./ways.mjs").Way} Way */

/**
 * Returns true if a program is on PATH.
 *
 * @param {string} program
 */
const isInstalled = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/**
 * Runs a shell script in a folder.
 *
 * @param {string} cwd
 * @param {string} script
 */
const sh = (cwd, script) =>
  execFileSync("bash", ["-ec", script], { cwd, stdio: ["ignore", "ignore", "pipe"] });

/**
 * Returns a way with vim and these settings.
 *
 * @param {string} title
 * @param {string} settings
 * @param {Way["save"]} played - the same without vim
 * @returns {Way}
 */
const vim = (title, settings, played) => ({
  title,
  save: isInstalled("vim")
    ? ({ folder, value }) => {
        const edit = [
          "-c",
          `set ${settings}`,
          "-c",
          `%s/MODEL: .*/MODEL: ${value}/`,
          "-c",
          "wq",
          "fleet.yaml",
        ];
        const args = ["-N", "-u", "NONE", "-i", "NONE", "-es", ...edit];
        execFileSync("vim", args, { cwd: folder, stdio: "ignore" });
      }
    : played,
});

/**
 * Writes the file itself.
 *
 * @param {Place} place
 */
const inPlace = ({ file, text }) => writeFileSync(file, text);

/**
 * Makes the calls of vim, which keeps the old file as a backup.
 *
 * @param {Place} place
 */
async function throughBackup({ file, text, step }) {
  renameSync(file, `${file}~`);
  await step();
  writeFileSync(file, "");
  await step();
  writeFileSync(file, text);
  await step();
  unlinkSync(`${file}~`);
}

/**
 * Makes the calls of emacs.
 *
 * @param {Place} place
 */
async function asEmacs({ folder, file, text, step }) {
  const lock = join(folder, ".#fleet.yaml");
  rmSync(lock, { force: true });
  symlinkSync("me@host.1", lock);
  await step();
  rmSync(`${file}~`, { force: true });
  renameSync(file, `${file}~`);
  await step();
  writeFileSync(file, text);
  await step();
  unlinkSync(lock);
}

/**
 * Makes the calls of the editors of JetBrains.
 *
 * @param {Place} place
 */
async function asJetBrains({ file, text, step }) {
  writeFileSync(`${file}___jb_tmp___`, text);
  await step();
  renameSync(file, `${file}___jb_old___`);
  await step();
  renameSync(`${file}___jb_tmp___`, file);
  await step();
  unlinkSync(`${file}___jb_old___`);
}

const commits = `
  git init -q .; git config user.name me; git config user.email me@example.org; git config advice.detachedHead false
  git add fleet.yaml; git commit -qm before
  for turn in 1 2 3; do echo "MODEL: commit$turn" >fleet.yaml; git commit -qam $turn; git tag turn$turn; done
  git checkout -q turn3`;

/**
 * Swaps links by ln(1), which makes another link and renames it.
 *
 * @param {Place} place
 */
const swapByLn = ({ folder, text, id }) =>
  sh(folder, `mkdir new${id}; printf '${text}' >new${id}/fleet.yaml; ln -sfn new${id}/fleet.yaml fleet.yaml`);

/** @type {readonly import("./ways.mjs").Way[]} */
export const programs = [
  vim("vim with its defaults", "backupcopy=auto", throughBackup),
  vim("vim, backupcopy=no", "backupcopy=no", throughBackup),
  vim("vim, backupcopy=no, the backup is kept", "backup backupcopy=no", throughBackup),
  vim("vim, backupcopy=yes", "backupcopy=yes", inPlace),
  { title: "the calls of vim, with pauses", save: throughBackup },
  { title: "the calls of emacs", save: asEmacs },
  { title: "the calls of JetBrains: two renames", save: asJetBrains },
  {
    title: "sed -i",
    save: ({ folder, value }) => sh(folder, `sed -i 's/MODEL: .*/MODEL: ${value}/' fleet.yaml`),
  },
  isInstalled("git")
    ? {
        title: "git checkout",
        setup: ({ folder }) => sh(folder, commits),
        save: ({ folder, turn }) => sh(folder, `git checkout -q -f turn${turn}`),
      }
    : {
        title: "git checkout",
        save({ file, text }) {
          unlinkSync(file);
          writeFileSync(file, text);
        },
      },
  {
    title: "ln -f: another name is linked over it",
    save: ({ folder, text }) => sh(folder, `printf '${text}' >other; ln -f other fleet.yaml; rm other`),
  },
  {
    title: "ln -sfn: the link is swapped",
    setup: ({ asLink }) => asLink("first"),
    save: swapByLn,
  },
  {
    title: "kubernetes: ..data is swapped",
    setup({ folder, asLink }) {
      asLink("..first", "..data");
      symlinkSync("..first", join(folder, "..data"));
    },
    async save({ folder, id, text, step, swap, write }) {
      const data = join(folder, "..data");
      const before = existsSync(data) ? readlinkSync(data) : undefined;
      write(join(folder, `..new${id}`, "fleet.yaml"), text);
      await step();
      swap(data, `..new${id}`);
      await step();
      if (before !== undefined) rmSync(join(folder, before), { recursive: true });
    },
  },
  {
    title: "1,000 quick saves",
    save({ file, text, textOf }) {
      for (let number = 1; number <= 1_000; number++) {
        const next = number === 1_000 ? text : textOf(`quick${number}`);
        const target = number % 2 === 0 ? `${file}.temporary` : file;
        writeFileSync(target, next);
        if (target !== file) renameSync(target, file);
      }
    },
  },
  {
    title: "through another hard link",
    setup: ({ root, file }) => linkSync(file, join(root, "hard")),
    save: ({ root, text }) => writeFileSync(join(root, "hard"), text),
  },
];
