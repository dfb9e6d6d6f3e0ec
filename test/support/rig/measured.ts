import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The file for measurements of tests. Each run of vitest begins it again. */
export const measurements = fileURLToPath(new URL("../../../measurements.txt", import.meta.url));

/** Adds a line to the measurements of this run. Values other than texts are written as JSON. */
export function measured(...parts: readonly unknown[]): void {
  const texts = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  appendFileSync(measurements, `${texts.join(" ")}\n`);
}
