import { readdirSync, readFileSync } from "node:fs";

/**
 * A script that users install as one file, although it is written in parts. A replaced file is a complete script at every
 * moment, which several files would not be.
 *
 * @typedef {object} JoinedScript
 * @property {string} file The installed file. Its parts are in the folder of the same name without `.sh`.
 * @property {string} about Its purpose, in one sentence.
 * @property {readonly string[]} parts In the order in which the shell reads them. A part may use the functions of earlier ones.
 */

/** @type {readonly JoinedScript[]} */
export const joinedScripts = [
  {
    file: "units/start-agent-session.sh",
    about:
      "Runs agents in tmux sessions, for the units mosaic-tmux-holder.service and mosaic-agent@.service. See docs/how-an-agent-runs.md.",
    // The last lines of a part answer its call and exit, so the parts of a start come first.
    parts: [
      "head.sh",
      "agent/pane.sh",
      "agent/unit.sh",
      "agent/tmux.sh",
      "agent/memory.sh",
      "agent/main-process.sh",
      "agent/session.sh",
      "agent/start.sh",
      "agent/processes.sh",
      "agent/end.sh",
      "holder.sh",
      "log.sh",
      "steps/ask.sh",
      "steps/ready.sh",
      "steps/turn.sh",
      "steps/limit.sh",
      "steps/failures.sh",
      "steps/after-run.sh",
      "steps/hooks.sh",
      "service.sh",
      "windows/windows.sh",
      "windows/side.sh",
    ],
  },
  {
    file: "units/mosaic-worktree.sh",
    about:
      "Makes the git worktree of an agent before its start, or finds it: mosaic-worktree make | done. See docs/worktrees.md.",
    parts: [
      "head.sh",
      "repository.sh",
      "mark.sh",
      "reuse.sh",
      "forget.sh",
      "add.sh",
      "ensure.sh",
      "files.sh",
      "setup.sh",
      "calls.sh",
    ],
  },
];

/**
 * Returns the folder with the parts of a script.
 *
 * @param {JoinedScript} script
 */
export function folderOf({ file }) {
  return file.replace(/\.sh$/, "");
}

/**
 * Returns the text of a script: its parts in one file, without their comments, because the shell reads them at each start. So a
 * change of a comment is no new version of the script.
 *
 * @param {JoinedScript} script
 */
export function joinScript(script) {
  const { about, parts } = script;
  const folder = folderOf(script);
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".sh"),
  );
  const unknown = found.filter((path) => !parts.includes(path));
  if (unknown.length > 0) throw new Error(`not in the list of parts in this file: ${unknown.join(", ")}`);
  const texts = parts.map(
    (part) => `# ==== ${folder}/${part}\n${codeOf(readFileSync(`${folder}/${part}`, "utf8"))}`,
  );
  return `#!/bin/sh
# ${about}
# Joined from the commented parts in ${folder}/ by npm run units. Change those.
${texts.join("")}`;
}

/**
 * Returns the lines of a part without its comments. Directives for shellcheck stay, except that for the shell.
 *
 * @param {string} text
 */
function codeOf(text) {
  return text
    .split("\n")
    .filter((line) => !/^\s*#( |$)/.test(line) || /^\s*# shellcheck disable=/.test(line))
    .join("\n")
    .replace(/^\n+/, "");
}
