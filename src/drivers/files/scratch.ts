import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";

/**
 * Gives `work` an empty folder with mode 0700, and removes it afterwards. Throws if the folder cannot be
 * made.
 */
export async function inScratchFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-")));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
