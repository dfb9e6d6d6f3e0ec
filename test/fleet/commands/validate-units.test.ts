import { afterAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, type FleetFile } from "../../support/fleet/fleet.ts";
import { misfits } from "../../support/report/schema.ts";
import { withoutControllers } from "../../support/fleet/without-controllers.ts";

/** Longer than a path can be once ~ is written out. fleet.yaml does not check this. */
const tooLong = `~/${"long/".repeat(817)}x.env`;

describe("fleet validate --units", () => {
  const box = useSandbox();
  afterAll(async () => {
    expect(await box.sh("ls -d /tmp/mosaic-fleet-* 2>/dev/null || true")).toBe("");
  });

  const declareAgents = (agents: FleetFile["agents"]): Promise<void> =>
    declare(box, { defaults: { env: { API_TOKEN: "hunter2hunter2" } }, agents });

  it("lets systemd read every unit, without a user manager", async () => {
    await declareAgents({
      plain: { command: "x" },
      limited: { command: "x", resources: { memoryMax: "2G", cpuQuota: "50%" }, replicas: 2 },
      hostile: { command: "x", description: "%h %n $X `id` \" ' ; # [Service] \\" },
    });
    const env = { XDG_RUNTIME_DIR: "", DBUS_SESSION_BUS_ADDRESS: "" };
    const ran = await box.run(["fleet", "validate", "--units"], { env });
    expect(withoutControllers(ran.stderr).trim()).toBe("");
    expect(ran.stdout).toBe("Valid: fleet mosaic with 4 agents, and 5 units that systemd takes.\n");
  });

  it("names the agent, the line and systemd's message if systemd refuses a drop-in", async () => {
    await declareAgents({ plain: { command: "x" }, astray: { command: "x", envFiles: [tooLong] } });
    expect(await fleet(box, "validate")).toMatchObject({ code: 0 });
    const ran = await fleet(box, "validate", "--units");
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toContain("Error: mosaic-agent@astray.service: Failed to resolve unit specifiers");
    expect(ran.stderr.replaceAll(/\s+/g, " ")).toContain(
      `Line 3 of the drop-in of agent astray: EnvironmentFile=${box.home}/long/long/`,
    );
    const { code, stdout } = await fleet(box, "validate", "--units", "--json");
    expect(code).toBe(1);
    expect(misfits("validate", JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      agents: 2,
      units: { checked: true, count: 3, findings: [{ agent: "astray", file: "drop-in", line: 3 }] },
      diagnostics: [{ severity: "error", code: "invalid-unit" }],
    });
  });

  it("reports a missing systemd-analyze, and the result depends on the file alone", async () => {
    await declareAgents({ plain: { command: "x" } });
    const env = { PATH: "/run/fleet/bin" };
    const ran = await box.run(["fleet", "validate", "--units"], { env });
    expect([ran.code, ran.stdout]).toEqual([0, "Valid: fleet mosaic with 1 agent.\n"]);
    expect(ran.stderr).toContain("Warning: the units were not checked: there is no systemd-analyze here");
    const asJson = await box.run(["fleet", "validate", "--units", "--json"], { env });
    expect([asJson.code, asJson.stderr]).toEqual([0, ""]);
    expect(misfits("validate", JSON.parse(asJson.stdout))).toEqual([]);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ valid: true, units: { checked: false, count: 0 } });
  });

  it("reports an error in fleet.yaml as usual", async () => {
    await declare(box, "version: 1\nagents: { a: { comand: x } }\n");
    expect(await fleet(box, "validate", "--units")).toMatchObject({ code: 65 });
  });

  it.each([
    ["fails", "echo 'Failed to initialize manager: No space' >&2; exit 1", 1, "Failed to initialize manager"],
    ["does not like another unit", "echo '/usr/lib/systemd/user/x.service:3: no' >&2; exit 1", 0, ""],
    ["is shown an env file", "find \"$HOME\" -name '*.env' | grep -q . || exit 0; exit 3", 0, ""],
    ["is shown a token", 'grep -rq hunter2 "$HOME" || exit 0; exit 3', 0, ""],
    ["sees this account's own units", "case $HOME in /run/home*) exit 3 ;; esac", 0, ""],
  ])("knows the meaning if systemd-analyze %s", async (_, script, code, told) => {
    await declareAgents({ plain: { command: "x" } });
    await box.write("/tmp/fake/systemd-analyze", `#!/bin/sh\n${script}\n`, 0o755);
    const ran = await box.run(["bash", "-c", "PATH=/tmp/fake:$PATH fleet validate --units"]);
    expect({ code: ran.code, told: ran.stderr.includes(told) }).toEqual({ code, told: true });
  });
});
