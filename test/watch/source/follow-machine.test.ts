import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadFleet } from "../../../src/config/file/load.ts";
import { followMachine } from "../../../src/watch/source/follow-machine.ts";
import { until } from "../../support/rig/until.ts";

/** Makes the files of a fleet, and removes them after the test. */
function place() {
  const home = mkdtempSync(join(tmpdir(), "mosaic-fleet-test-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const runtimeDir = join(home, "run");
  const units = join(runtimeDir, "systemd/units");
  mkdirSync(units, { recursive: true });
  const file = join(home, "fleet.yaml");
  writeFileSync(file, "version: 1\nagents:\n  one: { command: cat }\n", { mode: 0o644 });
  const [configHome, cacheHome] = [join(home, ".config"), join(home, ".cache")];
  const machine = { home, uid: 1, configHome, cacheHome, runtimeDir, configHomeIsCustom: false };
  return { file, units, machine, load: () => loadFleet({ path: file, home, configHome, cacheHome }) };
}

describe("the follower of a machine", () => {
  it("looks again for a change between its first look and the watch of what that look has found", async () => {
    const { file, units, machine, load } = place();
    let looks = 0;
    const follower = followMachine(file, machine, async () => {
      looks += 1;
      const loaded = await load();
      // The look has read the units, and nobody watches them yet.
      if (looks === 1) writeFileSync(join(units, "invocation:mosaic-agent@one.service"), "");
      return loaded.ok ? loaded.value.config : undefined;
    });
    onTestFinished(() => follower.close());
    await until("it has looked again", async () => looks >= 2);
    expect(looks).toBe(2);
  });

  it("looks also at a machine that is never quiet", async () => {
    const { file, units, machine, load } = place();
    let looks = 0;
    const follower = followMachine(file, machine, async () => {
      looks += 1;
      const loaded = await load();
      return loaded.ok ? loaded.value.config : undefined;
    });
    onTestFinished(() => follower.close());
    let changes = 0;
    const timer = setInterval(
      () => writeFileSync(join(units, `invocation:mosaic-agent@${(changes += 1)}.service`), ""),
      20,
    );
    onTestFinished(() => clearInterval(timer));
    await until("it has looked five times", async () => looks >= 5);
    expect(changes).toBeGreaterThan(looks);
  });
});
