import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";
const template = "~/.config/systemd/user/mosaic-agent@.service";

describe("A fleet that two versions of the tool manage", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/a.env", "KEY=1\n");
    await declare(box, {
      defaults: { onChange: "restart", envFiles: ["~/a.env"] },
      agents: { a: { command: waits } },
    });
    await apply(box);
    // A newer version, with another template.
    await box.sh(`cp -r "$(dirname "$(readlink -f "$(type -P fleet)")")" ~/newer
      rm -r ~/newer/compiled-*
      sed -i 's/Description=Mosaic agent %i/Description=Newer agent %i/; s/["\`]${version}["\`]/"99.0.0"/g' ~/newer/*.js`);
  });

  const newer = (...args: readonly string[]): Promise<Ran> =>
    box.run(["node", "/run/home/newer/cli.js", ...args]);
  const mainPid = () => box.sh("systemctl --user show -P MainPID mosaic-agent@a.service");
  const log = () => box.sh("journalctl --user-unit=mosaic-fleet.service --no-pager -o cat");
  const watchOf = async (wanted: string) => {
    await until(`a watch of version ${wanted} is there`, async () => {
      const { stdout } = await newer("status", "--json");
      return (JSON.parse(stdout) as { watch: { version: string } | null }).watch?.version === wanted;
    });
  };

  it("shows the version of a different watch in plan, status and apply", async () => {
    expect((await fleet(box, "watch", "--install")).code).toBe(0);
    await watchOf(version);
    const pid = await mainPid();
    const note = `runs version ${version}, and this is 99.0.0: run fleet watch --install`;
    expect((await newer("plan")).stdout).toContain(note);
    expect((await newer("status")).stdout).toContain(note);
    const applied = await newer("apply", "--yes");
    expect(applied.code).toBe(0);
    expect(applied.stdout.split(note)).toHaveLength(2);
    await newer("doctor", "--ignore", "watch");
    for (const args of [["plan"], ["status"], ["apply", "--yes"]])
      expect((await newer(...args)).stdout).not.toContain(note);
    await newer("doctor", "--unignore", "watch");
    expect(await mainPid()).toBe(pid);
    expect((await plan(box)).notes.join()).toContain("mosaic-fleet 99.0.0 has installed this fleet");
  });

  it("keeps the files of the newer version: the older watch says so once, and changes nothing", async () => {
    const blocked = `Blocked: mosaic-fleet 99.0.0 has installed this fleet, and this watch runs ${version}.`;
    await until("the watch has said so", async () => (await log()).includes(blocked));
    await box.write("~/a.env", "KEY=2\n");
    await until("the watch has seen the new value", async () => /\ba (?:is )?blocked/.test(await log()));
    expect((await log()).split(blocked)).toHaveLength(2);
    expect(await box.read(template)).toContain("Description=Newer agent %i");
    expect(await box.read(script)).toContain("version=99.0.0");
    await box.write("~/a.env", "KEY=1\n");
  });

  it("is not changed by an older version next to a newer watch, which would revert that", async () => {
    const pid = await mainPid();
    expect((await newer("watch", "--install")).code).toBe(0);
    await watchOf("99.0.0");
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain(`is watched by version 99.0.0 of mosaic-fleet, and this is ${version}`);
    expect(ran.stderr).toContain("use the newer version");
    expect(await box.read(template)).toContain("Description=Newer agent %i");
    expect((await newer("plan")).stdout).toContain("No changes. The fleet matches fleet.yaml.\n");
    expect(await mainPid()).toBe(pid);
  });

  it("is not changed next to a watch without a version, until that is restarted", async () => {
    const lock = "$XDG_RUNTIME_DIR/mosaic-fleet/mosaic.watch";
    await box.sh(`sed -i 's/,"version":"[^"]*"//' ${lock}`);
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain("is watched by an earlier version of mosaic-fleet");
    expect(ran.stderr).toContain("run fleet watch --install, which restarts it and touches no agent");
  });
});
