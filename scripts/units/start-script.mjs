import { readdirSync, readFileSync } from "node:fs";

/** The file that this writes. It is what users install. */
export const startScript = "units/start-agent-session.sh";

const folder = "units/start-agent-session";

/**
 * The parts of the script, in the order in which the shell reads them. A part may use the functions of earlier ones. Its last
 * lines answer its call and exit, so the parts of a start come first.
 */
const parts = [
  "head.sh",
  "agent/pane.sh",
  "agent/unit.sh",
  "agent/tmux.sh",
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
  "steps/failures.sh",
  "steps/hooks.sh",
  "service.sh",
  "windows/windows.sh",
  "windows/side.sh",
];

/**
 * Returns the start script: its parts in one file, without their comments, because the shell reads them at each start. So a
 * change of a comment is no new version of the script.
 */
export function joinStartScript() {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".sh"),
  );
  const unknown = found.filter((file) => !parts.includes(file));
  if (unknown.length > 0) throw new Error(`not in the list of parts in this file: ${unknown.join(", ")}`);
  const texts = parts.map(
    (part) => `# ==== ${folder}/${part}\n${codeOf(readFileSync(`${folder}/${part}`, "utf8"))}`,
  );
  return `#!/bin/sh
# Runs agents in tmux sessions, for the units mosaic-tmux-holder.service and mosaic-agent@.service. See docs/how-an-agent-runs.md.
# Joined from the commented parts in units/start-agent-session/ by npm run units. Change those.
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
