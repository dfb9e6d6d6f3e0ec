/** Returns the number of panes of a layout string of tmux; undefined if its checksum is wrong. */
export function panesOfLayout(layout: string): number | undefined {
  const parts = /^(?<sum>[0-9a-f]{4}),(?<cells>.+)$/i.exec(layout)?.groups;
  if (parts === undefined) return undefined;
  const cells = parts["cells"] ?? "";
  if (layoutChecksum(cells) !== Number.parseInt(parts["sum"] ?? "", 16)) return undefined;
  // A cell with a number behind its place is a pane; one with brackets contains others.
  return [...cells.matchAll(/\d+x\d+,\d+,\d+(?=,\d+(?:[,\]}]|$)|[,\]}]|$)/g)].length;
}

/** Returns the checksum of tmux's layout-custom.c. */
function layoutChecksum(text: string): number {
  let sum = 0;
  for (const byte of Buffer.from(text)) {
    sum = (sum >> 1) + ((sum & 1) << 15);
    sum = (sum + byte) & 0xffff;
  }
  return sum;
}

/** Layouts tmux knows by name. */
export const namedLayouts: ReadonlySet<string> = new Set(
  "even-horizontal even-vertical main-horizontal main-vertical tiled main-horizontal-mirrored main-vertical-mirrored".split(
    " ",
  ),
);

/** Returns the side of the main pane a layout fixes, as `main-pane-width` has it; undefined for a layout without one. */
export function mainSideOf(layout: string): "width" | "height" | undefined {
  if (layout.startsWith("main-vertical")) return "width";
  return layout.startsWith("main-horizontal") ? "height" : undefined;
}

/** Returns the direction in which a layout gives its panes their sizes: `x` for panes next to each other. */
export function stackingOf(layout: string): "x" | "y" {
  return layout === "even-horizontal" || layout.startsWith("main-horizontal") ? "x" : "y";
}
