import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";

/** Gives `work` an empty folder that nobody else can look into, and removes it afterwards. Throws where none can be made. */
export async function inScratchFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-")));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
