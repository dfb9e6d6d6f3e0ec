import { describe, expect, it } from "vitest";
import { apply, declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

describe("fleet diff of an agent that waits for a restart", () => {
  const box = useSandbox();

  const agent = (env: object, more: object = {}) => ({
    agents: { worker: { command: waits, onChange: "keep", env, ...more } },
  });

  it("shows its running configuration next to the one for its next start, with secrets masked", async () => {
    await declare(box, agent({ MODEL: "opus", API_KEY: "hush-one", SAME: "1" }));
    await apply(box);
    await declare(
      box,
      agent({ MODEL: "haiku", API_KEY: "hush-two", SAME: "1" }, { command: `${waits} # new` }),
    );
    await apply(box);
    const { stdout } = await fleet(box, "diff");
    expect(stdout).toContain("agent worker runs with (-), and has for its next start (+)");
    for (const line of [
      "-MODEL=opus",
      "+MODEL=haiku",
      "-API_KEY=(sensitive value)",
      '-MOSAIC_AGENT_COMMAND="echo up; exec sleep 1000"',
      '+MOSAIC_AGENT_COMMAND="echo up; exec sleep 1000 # new"',
    ])
      expect(stdout).toContain(`    ${line}\n`);
    expect(stdout).not.toContain("hush");
    expect(stdout).not.toMatch(/^ +[-+]SAME/m);
    const { running } = JSON.parse((await fleet(box, "diff", "--json")).stdout) as {
      running: readonly { readonly agent: string; readonly diff: readonly string[] }[];
    };
    expect(running).toMatchObject([{ agent: "worker" }]);
    expect(running[0]?.diff).toContain("-MODEL=opus");
  });

  it("is in why and status too: each value now and next, with secrets masked", async () => {
    const values = [
      { field: "command", running: waits, next: `${waits} # new` },
      { field: "env.API_KEY", running: "(sensitive value)", next: "(sensitive value)" },
      { field: "env.MODEL", running: "opus", next: "haiku" },
    ];
    for (const command of [["status"], ["why", "worker"]]) {
      const { stdout } = await fleet(box, ...command, "--json");
      const { agents } = JSON.parse(stdout) as { readonly agents: readonly { readonly values: object[] }[] };
      expect(agents[0]?.values).toHaveLength(values.length);
      expect(agents[0]?.values).toEqual(expect.arrayContaining(values));
      expect(stdout).not.toContain("hush");
    }
    const { stdout } = await fleet(box, "why", "worker");
    expect(stdout).toContain("env.MODEL: opus, next haiku\n");
    expect(stdout).toContain("env.API_KEY: (sensitive value), next (sensitive value)\n");
    expect(stdout).not.toContain("hush");
  });

  it("shows the step of a single value in the status, also before an apply", async () => {
    await fleet(box, "restart", "worker", "--yes");
    await declare(
      box,
      agent({ MODEL: "sonnet", API_KEY: "hush-two", SAME: "1" }, { command: `${waits} # new` }),
    );
    expect((await fleet(box, "status")).stdout).toContain("env.MODEL changed (haiku -> sonnet)");
    await apply(box);
    expect((await fleet(box, "status")).stdout).toContain("env.MODEL changed (haiku -> sonnet)");
  });

  it("shows nothing for one that is up to date or does not run", async () => {
    await fleet(box, "restart", "worker", "--yes");
    expect((await fleet(box, "diff")).stdout).toBe("No changes. The fleet matches fleet.yaml.\n");
    await box.sh("systemctl --user stop mosaic-agent@worker.service");
    expect((await fleet(box, "diff")).stdout).not.toContain("runs with");
  });
});
