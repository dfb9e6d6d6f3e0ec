import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDisk, makeToolDisk } from "./disks.mjs";
import { boot } from "./machine.mjs";

/**
 * Boots a system with this build of the program, lets `use` work with it, and ends it.
 *
 * @param {object} options
 * @param {string} options.system a version of Debian, such as `trixie`
 * @param {string} [options.accel] `kvm` or `tcg`; by default the faster one that works
 * @param {boolean} [options.isFresh] true to make its disk again
 * @param {(machine: import("./machine.mjs").Machine) => Promise<void>} use
 */
export async function withMachine({ system, accel, isFresh = false }, use) {
  if (process.getuid?.() !== 0) {
    console.error("A virtual machine needs root, for debootstrap.");
    process.exit(1);
  }
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mosaic-fleet-matrix");
  const scratch = mkdtempSync(join(tmpdir(), "mosaic-fleet-vm-"));
  try {
    const tool = await makeToolDisk(root, scratch);
    const disk = await makeDisk(system, cache, isFresh);
    const machine = await boot({ disk, tool, log: join(cache, `${system}.console`), accel });
    try {
      await use(machine);
    } finally {
      await machine.end();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
