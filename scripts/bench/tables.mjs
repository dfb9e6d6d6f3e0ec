/** As Markdown, for docs/performance.md. */
const titles = {
  plan: "plan, nothing changed",
  status: "status",
  "first apply": "first apply",
  change: "apply of 1 change",
  destroy: "destroy",
};

/** Medians side by side, and how many times the floor the fleet takes. */
export function stepTable(times, sizes, contenders) {
  const names = contenders.map(({ name }) => name);
  const rows = Object.keys(titles).flatMap((step) =>
    sizes.map((size) => {
      const [own, least] = ["fleet", "floor"].map((name) => times.median(name, step, size));
      const cells = names.map((name) => milliseconds(times.median(name, step, size)));
      return [titles[step], size, ...cells.slice(0, 2), `${(own / least).toFixed(2)} ×`, ...cells.slice(2)];
    }),
  );
  return table(["ms", "agents", ...names.slice(0, 2), "fleet / floor", ...names.slice(2)], rows);
}

/** Returns a table with the cost of an additional agent, between the smallest and the largest size of a contender. */
export function growthTable(times, sizes, contenders) {
  const rows = Object.keys(titles).map((step) => [
    titles[step],
    ...contenders.map(({ name }) => {
      const measured = sizes
        .filter((size) => times.median(name, step, size) !== undefined)
        .sort((a, b) => a - b);
      const [least, most] = [measured[0], measured.at(-1)];
      if (least === most) return "";
      const more = times.median(name, step, most) - times.median(name, step, least);
      return (more / (most - least)).toFixed(2);
    }),
  ]);
  return table(["ms for each agent more", ...contenders.map(({ name }) => name)], rows);
}

export function startTable(starts) {
  const bare = starts[0].ms;
  return table(
    ["start", "ms", "/ node"],
    starts.map(({ name, ms }) => [name, milliseconds(ms), `${(ms / bare).toFixed(2)} ×`]),
  );
}

function milliseconds(ms) {
  return ms === undefined ? "" : ms.toFixed(ms < 100 ? 1 : 0);
}

function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return `${[line(all[0]), rule, ...all.slice(1).map(line)].join("\n")}\n`;
}
