const kilobyte = 2 ** 10;

/** The units from a thousand of the one before on. */
const units = ["kB", "MB", "GB", "TB"] as const;

/** Returns a size for people: `0.1 kB`, `120 MB`, `2.5 GB`. */
export function sizeText(bytes: number): string {
  let size = bytes / kilobyte;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit += 1) size /= kilobyte;
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit] ?? ""}`;
}
