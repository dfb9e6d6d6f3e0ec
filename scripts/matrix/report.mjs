/**
 * The results of the tests on one system with one node.
 *
 * @typedef {{ readonly system: string, readonly systemd: string, readonly tmux: string, readonly node: string,
 *   readonly passed: number, readonly skipped: number, readonly failures: readonly string[], readonly seconds: number }} Cell
 */

/** The head of the table of docs/compatibility.md. */
export const tableHead =
  "| system | systemd | tmux | node | passed | failed | left out | s |\n| --- | --- | --- | --- | ---: | ---: | ---: | ---: |";

/**
 * Returns the row of one cell.
 *
 * @param {Cell} cell
 */
export function rowOf({ system, systemd, tmux, node, passed, failures, skipped, seconds }) {
  return `| ${[system, systemd, tmux, node, passed, failures.length, skipped, seconds].join(" | ")} |`;
}
