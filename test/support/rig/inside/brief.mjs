/** Commands that end by themselves, without a terminal and without a program of the user's. */
const brief = new Set(
  (
    "plan diff status why apply start restart stop adopt suspend resume destroy validate graph render snapshot doctor " +
    "explain events history rollback logs send keys init import worktree hosts wait source"
  ).split(" "),
);
/** Options with which a command goes on until somebody ends it. */
const goesOn = /^(?:--watch|-w|--follow)$/;

/**
 * Returns true if a run of `fleet` with these arguments ends by itself, and needs no process of its own.
 *
 * @param {readonly string[]} args
 */
export function isBrief([command = "", ...words]) {
  if (command === "watch") return words.includes("--install") || words.includes("--uninstall");
  const follows = /^(?:events|logs)$/.test(command) && words.includes("-f");
  return brief.has(command) && !follows && !words.some((word) => goesOn.test(word));
}
