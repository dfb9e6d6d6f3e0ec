import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";

interface Row {
  readonly name: string;
  readonly state: string;
  readonly schedule?: { readonly next: string | null; readonly last: string | null };
}

describe("schedule", () => {
  const box = useSandbox();
  const row = async (name: string): Promise<Row | undefined> => {
    const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      readonly agents: Row[];
    };
    return agents.find((each) => each.name === name);
  };
  const lines = async (file: string): Promise<readonly string[]> =>
    (await box.sh(`cat ~/${file} 2>/dev/null || :`)).split("\n").filter(Boolean);
  /** A service whose runs take longer than the time between two of them. */
  const slow = { command: "echo begin >> ~/slow; sleep 1.3; echo end >> ~/slow", schedule: "*:*:*" };
  const fleetWith = (text: string, more: object = {}) => ({
    services: {
      slow,
      nightly: { command: `echo ${text} >> ~/nightly`, schedule: { at: "*-*-* 03:00", catchUp: true } },
      ...more,
    },
    agents: {
      coder: { command: waits },
      // systemd would refuse the second run within a minute, if the limit had no room for the schedule.
      report: { command: "echo reported >> ~/report", schedule: "*:*:*", restart: { limit: 1 } },
    },
  });

  beforeAll(async () => {
    await declare(box, fleetWith("one"));
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
    expect(
      await box.sh("find ~/.config/systemd/user -mindepth 1; systemctl --user list-timers --all --no-legend"),
    ).toBe("");
  });

  it("is checked by systemd before anything else, with its line", async () => {
    await declare(box, { ...fleetWith("one"), services: { bad: { command: "x", schedule: "at night" } } });
    for (const command of [["validate"], ["plan"], ["apply", "--yes"]]) {
      const ran = await fleet(box, ...command);
      expect(ran.code).toBe(65);
      expect(ran.stderr).toContain(
        'schedule in service "bad" is no calendar expression of systemd: "at night"',
      );
      expect(ran.stderr).toContain("fleet.yaml:");
    }
    await declare(box, fleetWith("one"));
    const without = await box.sh(
      "PATH=$(dirname $(command -v node)):$(dirname $(type -P fleet)) fleet validate 2>&1",
    );
    expect(without).toMatch(/The schedules are not checked|Valid/);
    expect((await fleet(box, "plan")).stdout).toMatch(/Next run: nightly \w+ [\d-]+ 03:00:00/);
  });

  it("starts agents and services at their times, and apply does not", async () => {
    const applied = await fleet(box, "apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr).toContain("Started 1 agent, 3 timers and the tmux holder");
    const why = await fleet(box, "why", "nightly");
    expect(why.stdout).toMatch(/schedule +next run \d{4}-\d\d-\d\d 03:00, no run so far/);
    expect(JSON.parse((await fleet(box, "why", "nightly", "--json")).stdout)).toMatchObject({
      agents: [{ schedule: { next: (await row("nightly"))?.schedule?.next, last: null } }],
    });
    expect(await row("nightly")).toMatchObject({ state: "scheduled", schedule: { last: null } });
    expect(Date.parse((await row("nightly"))?.schedule?.next ?? "")).toBeGreaterThan(Date.now());
    await until("the agent has run twice", async () => (await lines("report")).length >= 2);
    await until("the status has its last run", async () => (await row("report"))?.schedule?.last !== null);
    expect(await lines("nightly")).toEqual([]);
    expect((await fleet(box, "plan")).stdout).toContain("No changes.");
  });

  it("fires while applies are under way: no run is lost or doubled, and each apply is whole", async () => {
    const before = (await lines("slow")).length;
    for (let round = 1; round <= 6; round += 1) {
      await declare(
        box,
        fleetWith(`round ${round}`, {
          slow: { ...slow, env: { ROUND: String(round) }, restart: { delay: `${round}s` } },
          other: { command: waits, env: { ROUND: String(round) } },
        }),
      );
      expect(await fleet(box, "apply", "--yes")).toMatchObject({ code: 0 });
    }
    expect((await fleet(box, "plan")).stdout).toContain("No changes.");
    await until("the slow one has run again", async () => (await lines("slow")).length > before + 4);
    const marks = (await lines("slow")).slice(0, -1);
    // A run under way is not started a second time.
    expect(marks.filter((mark, index) => mark !== (index % 2 === 0 ? "begin" : "end"))).toEqual([]);
  });

  it("runs at once for a person, waits while it is stopped, and ends with its key", async () => {
    expect((await fleet(box, "start", "--yes", "nightly")).code).toBe(0);
    await until("it has run", async () => (await lines("nightly")).includes("round 6"));
    expect((await fleet(box, "stop", "--keep-down", "--yes", "report")).code).toBe(0);
    expect((await row("report"))?.state).toBe("stopped");
    const count = (await lines("report")).length;
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
    await until("the slow one has run", async () => (await lines("slow")).length % 2 === 0);
    expect((await lines("report")).length).toBe(count);
    await fleet(box, "resume", "report");
    expect((await fleet(box, "plan")).stdout).toContain(
      "agent report will be changed in place: its timer does not run",
    );
    await declare(box, { agents: { coder: { command: waits }, report: { command: waits } } });
    expect((await fleet(box, "apply", "--yes", "--allow-remove-all")).code).toBe(0);
    expect((await row("report"))?.state).toBe("running");
    expect(await box.sh("systemctl --user list-timers --all --no-legend")).toBe("");
  });
});
