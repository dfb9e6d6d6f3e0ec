import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, fleet, plan } from "../../support/fleet/fleet.ts";
import { declareTurn, envDir, units, wants } from "../../support/fleet/places.ts";
import { linesOf } from "../../support/fleet/state.ts";

describe("leftovers of killed runs", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("/tmp/kill.cjs", killAtRename);
  });

  const leftovers = async (): Promise<readonly string[]> =>
    linesOf(await box.sh("find ~ $XDG_RUNTIME_DIR/mosaic-fleet -name '*mosaic-fleet-tmp' -printf '%f %m\n'"));

  it.each<[string, number]>([
    ["runs.env", 600],
    ["default.target.wants/mosaic-agent@runs.service", 777],
    [".json", 600],
  ])("do not affect systemd and a plan, and the next apply removes them: %s", async (path, mode) => {
    await fleet(box, "destroy", "--yes");
    await box.sh("rm -rf ~/.cache ~/.config");
    await declareTurn(box, "1");
    const env = { NODE_OPTIONS: "--require=/tmp/kill.cjs", KILL_AT: path };
    expect((await box.run(["fleet", "apply", "--yes"], { env })).code).toBe(137);
    const left = await leftovers();
    expect(left.length).toBeGreaterThan(0);
    expect(left).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^\\.${path.endsWith(".json") ? ".*\\.json" : path.split("/").at(-1)}\\.[0-9a-f]{8}\\.mosaic-fleet-tmp ${mode}$`,
        ),
      ),
    );
    await box.sh(
      "systemctl --user daemon-reload && find ~/.cache -name '*tmp' -exec touch -d '2 minutes ago' {} +",
    );
    expect(await box.sh("systemctl --user show -P DropInPaths mosaic-agent@first.service")).not.toContain(
      "tmp",
    );
    expect(await box.sh("journalctl --user --no-pager 2>/dev/null | grep -c fleet-tmp || true")).toBe("0\n");
    expect((await plan(box)).unmanaged).toEqual([]);
    await apply(box);
    expect(await leftovers()).toEqual([]);
    expect((await plan(box)).actions).toEqual([]);
  });

  it.each(["apply", "destroy"])("are removed also if there is nothing else to do: %s", async (command) => {
    await declareTurn(box, "1");
    await (command === "apply" ? apply(box) : fleet(box, "destroy", "--yes"));
    await box.sh(`
        mkdir -p ~/decoys ~/.config/${units} ~/.config/${wants} ~/.config/${envDir} && echo precious >~/decoys/file
        cd ~/.config
        tmp() { echo "$1/.$2.01234567.mosaic-fleet-tmp"; }
        touch "$(tmp ${units} mosaic-agent@.service)" "$(tmp ${units} night-agent@.service)" "$(tmp ${wants} night-agent@x.service)"
        ln -s ~/decoys/file "$(tmp ${wants} mosaic-agent@x.service)"
        ln -s ~/decoys/file "$(tmp ${envDir} x.env)"
        touch ${units}/mosaic-agent@.service.123 ${envDir}/x.env.123
        mkdir "$(tmp ${envDir} folder.env)"`);
    const before = linesOf(await box.sh("find ~/.config ~/decoys -printf '%p %i\n' | sort"));
    const ran = await fleet(box, command, "--yes");
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^(?:No changes\.|Nothing to destroy)/) as string,
    });
    const after = linesOf(await box.sh("find ~/.config ~/decoys -printf '%p %i\n' | sort"));
    const gone = before.filter((line) => !after.includes(line)).map((line) => line.split(" ")[0]);
    expect(gone.map((path) => path?.replace(`${box.home}/.config/`, ""))).toEqual([
      `${envDir}/.x.env.01234567.mosaic-fleet-tmp`,
      `${units}/.mosaic-agent@.service.01234567.mosaic-fleet-tmp`,
      `${wants}/.mosaic-agent@x.service.01234567.mosaic-fleet-tmp`,
    ]);
    expect(after.filter((line) => !before.includes(line))).toEqual([]);
    await box.sh(
      `cd ~/.config && rm -rf ${units}/.night* ${wants}/.night* ${envDir}/.folder* ${units}/*.123 ${envDir}/x.env.123`,
    );
  });
});

/** Kills the run with -9 when it is about to rename a temporary file to a path with $KILL_AT at its end. */
const killAtRename = `
const fs = require("node:fs");
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  if (to.endsWith(process.env.KILL_AT)) process.kill(process.pid, "SIGKILL");
  return renameSync(from, to);
};`;
