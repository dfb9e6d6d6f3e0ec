import { join } from "node:path/posix";
import { folderTimes, listFolder } from "../../drivers/files/read.ts";

/** How far apart the times of one step may be that makes an entry in a folder: a tick of the kernel's clock, ms. */
const tickMs = 10;

/**
 * A time at which the user manager had not yet read the units that it has now, ms since the epoch: what was last changed
 * before has been read. Costs no process.
 *
 * At each daemon-reload systemd makes folders for generators in its runtime directory, and takes away those that stay
 * empty, just before it reads units (manager_run_generators in its source). So the directory's time of change is that of
 * the last reload, unless another entry is as young: then only the time counts at which the manager made the directory.
 */
export function unitsReadAfter(runtimeDir: string): number {
  const dir = join(runtimeDir, "systemd");
  const times = folderTimes(dir);
  if (times === undefined) return 0;
  try {
    const others = listFolder(dir).filter((entry) => !entry.startsWith("generator"));
    const isByAnother = others.some((entry) => {
      const born = folderTimes(join(dir, entry))?.bornMs;
      return born === undefined || born === 0 || born >= times.modifiedMs - tickMs;
    });
    return isByAnother ? times.bornMs : times.modifiedMs;
  } catch {
    return 0;
  }
}
