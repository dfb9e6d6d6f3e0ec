import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { nothing, observeApply, observeRun, says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, pathOf, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const withModel = (model: string, more: object = {}) => ({
  defaults: { env: { MODEL: model }, onChange: "restart" },
  agents: { canary: { command: waits }, planner: { command: waits }, ...more },
});
const file = "mosaic/fleet/agents/canary.suspended";
const changed = "env-changed env.MODEL";

describe("A suspended agent", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, withModel("opus"));
    await apply(box);
  });

  it("is left as it is, by a file of its own", async () => {
    expect(await observeRun(box, "suspend", "canary")).toEqual({
      ...nothing,
      planned: { canary: "change: requested" },
      files: [`+ ${file}`],
    });
    expect(await box.sh(`stat -c %a ~/.config/${file}`)).toBe("600\n");
  });

  it("keeps its old configuration, although all others get theirs at once", async () => {
    await declare(box, withModel("sonnet"));
    expect(await observeApply(box)).toEqual({
      ...nothing,
      planned: { canary: `pending: ${changed}`, planner: `restart: ${changed}` },
      files: [`~ ${pathOf.env("planner")}`],
      verbs: ["reset-failed planner", "restart planner"],
      units: ["~ planner"],
      left: { canary: `pending: ${changed}` },
    });
  });

  it("is described in plan and status: by whom, since when, and with its deferred changes", async () => {
    const { agents } = await plan(box);
    expect(agents[0]).toMatchObject({
      hold: "suspended",
      suspended: { by: expect.any(String) as string, until: null },
    });
    const when = /suspended by \S+ since \d{4}-\d\d-\d\d \d\d:\d\d$/m;
    expect((await fleet(box, "plan")).stdout).toMatch(
      new RegExp(`canary pending: env.MODEL changed, ${when.source}`, "m"),
    );
    expect((await fleet(box, "status")).stdout).toMatch(when);
    const status = JSON.parse((await fleet(box, "status", "--json")).stdout) as { agents: readonly object[] };
    expect(status.agents).toMatchObject([
      { name: "canary", suspended: { since: expect.stringMatching(/Z$/) as string, until: null } },
      { name: "planner", suspended: null },
    ]);
  });

  it("is not started after a manual stop, not with --now, and not by name", async () => {
    await box.sh("systemctl --user stop mosaic-agent@canary.service");
    const waiting = { canary: "pending: not-running" };
    expect(await observeApply(box, "--now", "canary")).toEqual({
      ...nothing,
      planned: waiting,
      left: waiting,
    });
  });

  it("is not started through another one that depends on it", async () => {
    await declare(box, withModel("sonnet", { late: { command: waits, dependsOn: ["canary"] } }));
    expect(says(await plan(box))).toEqual({
      canary: "pending: not-running",
      late: "blocked: dependency-suspended canary",
    });
  });

  it("is not removed when it is no longer declared", async () => {
    await declare(box, {
      agents: { planner: { command: waits, env: { MODEL: "sonnet" }, onChange: "restart" } },
    });
    const waiting = { canary: "pending: no-longer-declared" };
    expect(await observeApply(box)).toEqual({ ...nothing, planned: waiting, left: waiting });
  });

  it("is started by an explicit start, and stays suspended", async () => {
    await declare(box, withModel("sonnet"));
    expect(await observeRun(box, "start", "canary", "--yes")).toMatchObject({
      units: ["+ canary"],
      left: {},
    });
    expect(await box.sh(`grep -c by= ~/.config/${file}`)).toBe("1\n");
  });

  it("is updated once it is resumed", async () => {
    await declare(box, withModel("haiku"));
    expect(await observeRun(box, "resume", "canary", "planner")).toMatchObject({
      files: [`- ${file}`],
      units: [],
      left: { canary: `restart: ${changed}`, planner: `restart: ${changed}` },
    });
    await apply(box);
  });

  it("is suspended until the given time, and no longer", async () => {
    expect((await fleet(box, "suspend", "canary", "--until", "2h")).stdout).toMatch(
      /until \d{4}-\d\d-\d\d \d\d:\d\d/,
    );
    await box.sh(`sed -i s/^until=.*/until=2001-01-01T00:00:00Z/ ~/.config/${file}`);
    await declare(box, withModel("opus"));
    expect(says(await plan(box))).toMatchObject({ canary: `restart: ${changed}` });
  });

  it.each([
    ["an empty file", ": >"],
    ["a file that nobody can read", "install -m 000 /dev/null"],
    ["a date that is none", "echo until=never >"],
  ])("stays suspended with %s in that place, because unknown is not absent", async (_, make) => {
    await box.sh(`cd ~/.config; rm -f ${file}; ${make} ${file}`);
    expect(says(await plan(box, "canary"))).toEqual({ canary: `pending: ${changed}` });
  });

  it.each([
    [["canary", "--until", "yesterday"], 64, "in the past"],
    [["canary", "--until", "soon"], 64, "neither a duration nor a time"],
    [["canarry"], 64, 'did you mean "canary"?'],
    [[], 64, "missing required argument"],
  ])("needs a name and a time: suspend %j", async (args, code, said) => {
    const before = await machineState(box);
    const ran = await fleet(box, "suspend", ...args);
    expect({ code: ran.code, said: ran.stderr.includes(said) }).toEqual({ code, said: true });
    expect(await machineState(box)).toEqual(before);
  });

  it("loses its suspension with its fleet", async () => {
    await fleet(box, "destroy", "--yes");
    expect(await box.sh("find ~/.config -name '*canary*'")).toBe("");
  });

  it("results from a stop with --keep-down: nothing starts the agent again until it is resumed", async () => {
    await declare(box, withModel("haiku"));
    await apply(box);
    const ran = await fleet(box, "stop", "planner", "--keep-down", "--until", "2h", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/^Stop complete: 1 stopped \(/m);
    expect(ran.stdout).not.toContain("the next apply starts it again");
    expect(says(await plan(box))).toMatchObject({ planner: "pending: not-running" });
    await apply(box);
    expect((await box.run(["systemctl", "--user", "is-active", "mosaic-agent@planner.service"])).stdout).toBe(
      "inactive\n",
    );
    expect((await fleet(box, "stop", "canary", "--until", "yesterday", "--yes")).code).not.toBe(0);
    expect((await fleet(box, "resume", "planner")).code).toBe(0);
    await apply(box);
    expect(says(await plan(box))).not.toHaveProperty("planner");
    // A stopped one is suspended, and nothing else.
    await box.sh("systemctl --user stop mosaic-agent@planner.service");
    expect(await observeRun(box, "stop", "planner", "--keep-down", "--yes")).toMatchObject({
      files: [`+ mosaic/fleet/agents/planner.suspended`],
      verbs: [],
      units: [],
    });
    expect((await fleet(box, "resume", "planner")).code).toBe(0);
    await apply(box);
  });
});
