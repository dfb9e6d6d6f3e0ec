/** Binary multiples of systemd.resource-control(5); it takes capitals only. */
const sizeSuffixes = ["", "K", "M", "G", "T", "P", "E"];

/** systemd ignores other forms with a warning in the journal (seen with systemd-analyze verify, systemd 252). */
export const memorySizePattern = /^(?:infinity|\d+(?:\.\d+)?[KMGTPE]?|\d{1,3}(?:\.\d{1,2})?%)$/;

/** A percentage with at most two decimals. 100% is one CPU. */
export const cpuQuotaPattern = /^\d{1,6}(?:\.\d{1,2})?%$/;

/** Columns and rows of a terminal. tmux makes windows of up to 10,000; a program needs a few at least. */
export const terminalSizePattern = /^[1-9]\d{1,3}x[1-9]\d{0,3}$/;

/** Returns the probable size for `200X50`, `200 x 50`, `200,50` or `200*50`. */
export function suggestTerminalSize(text: string): string | undefined {
  const guess = /^\s*(\d+)\s*[xX×*,:; ]\s*(\d+)\s*$/.exec(text);
  const size = guess && `${guess[1]}x${guess[2]}`;
  return size !== null && size !== text && terminalSizePattern.test(size) ? size : undefined;
}

/** Smallest accepted memory limit, bytes: no agent fits in less, and `8` is a forgotten unit. */
const minMemoryBytes = 1024 ** 2;

/** Returns true for sizes in systemd's form that are large enough for an agent. */
export function isUsableMemorySize(text: string): boolean {
  if (text === "infinity") return true;
  const number = Number.parseFloat(text);
  if (text.endsWith("%")) return number > 0 && number <= 100;
  const suffix = /[A-Z]$/.exec(text)?.[0] ?? "";
  const bytes = number * 1024 ** sizeSuffixes.indexOf(suffix);
  return bytes >= minMemoryBytes && bytes < 2 ** 64;
}

/** The size of a file, in binary multiples as everywhere in fleet.yaml. */
export const fileSizePattern = /^[1-9]\d{0,8}[KMG]$/;

const fileUnits: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** A log is written in batches of 56 kB, and a file contains whole ones. */
const smallestFile = 256 * 1024;

/** Returns the bytes of a size such as `10M`; undefined for another form, and for less than 256K. */
export function parseFileSize(text: string): number | undefined {
  if (!fileSizePattern.test(text)) return undefined;
  const bytes = Number.parseInt(text, 10) * (fileUnits[text.slice(-1)] ?? 0);
  return bytes >= smallestFile && bytes <= 2 ** 40 ? bytes : undefined;
}

/** Returns the probable size for `10MB`, `10 MiB`, `10m` or `10485760`. */
export function suggestFileSize(text: string): string | undefined {
  const guess = text
    .trim()
    .toUpperCase()
    .replace(/\s+/g, "")
    .replace(/(?:(?<=[KMG])I)?B$/, "");
  if (guess !== text && parseFileSize(guess) !== undefined) return guess;
  const megabytes = /^\d+$/.test(guess) ? Math.round(Number(guess) / 2 ** 20) : 0;
  return megabytes > 0 && parseFileSize(`${megabytes}M`) !== undefined ? `${megabytes}M` : undefined;
}

/** Returns the probable size for `8GB`, `8GiB`, `8Gi`, `8 G` or `8g`. */
export function suggestMemorySize(text: string): string | undefined {
  const guess = text
    .trim()
    .toUpperCase()
    .replace(/\s+/g, "")
    .replace(/(?:(?<=[KMGTPE])I|I?B)$/, "");
  return guess !== text && memorySizePattern.test(guess) && isUsableMemorySize(guess) ? guess : undefined;
}
