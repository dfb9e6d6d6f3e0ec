// npm run vm: tries in a virtual machine what the sandbox of the tests cannot have: limits of memory and processor time on
// cgroup v2 alone, ends because of no memory, logind with and without lingering, boots, and a new user manager.
// Needs root, debootstrap and qemu-system-x86. Without KVM it takes about half an hour for each system.
//
//   npm run vm [-- --systems trixie,bookworm] [--only limits,oom,...] [--accel kvm|tcg] [--fresh] [--keep]
//
// The disks stay in $XDG_CACHE_HOME/mosaic-fleet-matrix; --fresh makes them again. --keep prints how to log in, and waits.
import { parseArgs } from "node:util";
import { setup } from "./setup.mjs";
import { allChecks } from "./vm/checks.mjs";
import { withMachine } from "./vm/open.mjs";
import { openReport } from "./vm/report.mjs";

const { values } = parseArgs({
  options: {
    systems: { type: "string", default: "trixie" },
    only: { type: "string", default: Object.keys(allChecks).join(",") },
    accel: { type: "string" },
    fresh: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
setup();
const report = openReport();
for (const system of values.systems.split(",")) {
  const { accel, fresh: isFresh } = values;
  await withMachine({ system, isFresh, ...(accel === undefined ? {} : { accel }) }, async (machine) => {
    report.begin(system, await machine.facts());
    for (const [title, run] of Object.entries(allChecks)) {
      if (values.only.split(",").includes(title)) await report.part(title, (expect) => run(machine, expect));
    }
    if (values.keep) {
      console.log(`Ctrl-C ends it. Log in: ${machine.login}`);
      await new Promise((resolve) => process.once("SIGINT", resolve));
    }
  });
}
if (report.hasFailed()) process.exitCode = 1;
