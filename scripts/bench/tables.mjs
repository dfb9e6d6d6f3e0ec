/** @typedef {import("./clock.mjs").Clock} Clock */
/** @typedef {import("./fleet.mjs").Contender} Contender */
/** @typedef {readonly (string | number)[]} Row */

/**
 * The rows of the tables, which are Markdown for docs/performance.md.
 *
 * @type {readonly (readonly [step: import("./fleet.mjs").Step, title: string])[]}
 */
const titles = [
  ["plan", "plan, nothing changed"],
  ["status", "status"],
  ["first apply", "first apply"],
  ["change", "apply of 1 change"],
  ["restart", "systemctl restart of 1"],
  ["destroy", "destroy"],
];

/**
 * Returns a table with medians side by side, and how many times each of the two bounds the fleet takes. The bounds are
 * the first contenders after the fleet.
 *
 * @param {Clock} times
 * @param {readonly number[]} sizes
 * @param {readonly Contender[]} contenders
 */
export function stepTable(times, sizes, contenders) {
  const names = contenders.map(({ name }) => name);
  const rows = titles.flatMap(([step, title]) =>
    sizes.map((size) => {
      const cells = names.map((name) => milliseconds(times.median(name, step, size)));
      const ratios = ["floor", "raw"].map((name) => ratio(times, name, step, size));
      return [title, size, ...cells.slice(0, 3), ...ratios, ...cells.slice(3)];
    }),
  );
  return table(
    ["ms", "agents", ...names.slice(0, 3), "fleet / floor", "fleet / raw", ...names.slice(3)],
    rows,
  );
}

/**
 * Returns how many times as long the fleet takes as a contender; an empty text if that has no such step.
 *
 * @param {Clock} times
 * @param {string} name
 * @param {import("./fleet.mjs").Step} step
 * @param {number} size
 */
function ratio(times, name, step, size) {
  const [own, least] = ["fleet", name].map((each) => times.median(each, step, size));
  return own === undefined || least === undefined ? "" : `${(own / least).toFixed(2)} ×`;
}

/**
 * Returns a table with the cost of an additional agent, between the smallest and the largest size of a contender.
 *
 * @param {Clock} times
 * @param {readonly number[]} sizes
 * @param {readonly Contender[]} contenders
 */
export function growthTable(times, sizes, contenders) {
  const rows = titles.map(([step, title]) => [
    title,
    ...contenders.map(({ name }) => {
      const measured = sizes
        .filter((size) => times.median(name, step, size) !== undefined)
        .sort((a, b) => a - b);
      const [least, most] = [measured[0], measured.at(-1)];
      if (least === undefined || most === undefined || least === most) return "";
      const more = (times.median(name, step, most) ?? NaN) - (times.median(name, step, least) ?? NaN);
      return (more / (most - least)).toFixed(2);
    }),
  ]);
  return table(["ms for each agent more", ...contenders.map(({ name }) => name)], rows);
}

/**
 * Returns a table with the times of starts, next to the first of them.
 *
 * @param {readonly { name: string, ms: number | undefined }[]} starts
 */
export function startTable(starts) {
  const bare = starts[0]?.ms ?? NaN;
  return table(
    ["start", "ms", "/ node"],
    starts.map(({ name, ms }) => [name, milliseconds(ms), `${((ms ?? NaN) / bare).toFixed(2)} ×`]),
  );
}

/**
 * Returns a time as text; an empty text without one.
 *
 * @param {number | undefined} ms
 */
function milliseconds(ms) {
  return ms === undefined ? "" : ms.toFixed(ms < 100 ? 1 : 0);
}

/**
 * Returns a table of Markdown, with aligned columns.
 *
 * @param {readonly string[]} head
 * @param {readonly Row[]} rows
 */
function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  /**
   * Returns a row as a line.
   *
   * @param {readonly string[]} row
   */
  const line = (row) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return `${[line(head), rule, ...all.slice(1).map(line)].join("\n")}\n`;
}
