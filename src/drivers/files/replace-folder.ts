import { renameSync, rmSync } from "node:fs";

/** Puts a folder in the place of another one. A kill in between leaves none, and no half of one. Throws as rename(2) does. */
export function replaceFolder(from: string, to: string): void {
  const old = `${to}.old`;
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(to, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
