import { join } from "node:path/posix";
import { folderTimes, listFolder } from "../../drivers/files/read.ts";

/**
 * Largest distance between the times of one step that makes an entry in a folder: a tick of the kernel's
 * clock, ms.
 */
const clockTickMs = 10;

/**
 * Returns a time before the user manager's last read of units, ms since the epoch: it has read all older
 * changes. Costs no process.
 *
 * At each daemon-reload systemd makes folders for generators in its runtime directory, and removes the empty
 * ones just before it reads units (manager_run_generators in its source). So the directory's time of change
 * is the time of the last reload, unless another entry is as young: then only the creation time of the
 * directory counts.
 */
export function unitsReadAfter(runtimeDir: string): number {
  const dir = join(runtimeDir, "systemd");
  const times = folderTimes(dir);
  if (times === undefined) return 0;
  try {
    const others = listFolder(dir).filter((entry) => !entry.startsWith("generator"));
    const isByAnother = others.some((entry) => {
      const born = folderTimes(join(dir, entry))?.bornMs;
      return born === undefined || born === 0 || born >= times.modifiedMs - clockTickMs;
    });
    return isByAnother ? times.bornMs : times.modifiedMs;
  } catch {
    return 0;
  }
}
