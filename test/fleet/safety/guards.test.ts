import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const file = "/tmp/plan.json";
const refused =
  "Refused: 4 of 4 agents with a session would be stopped (state: stopped). If that is meant, add --allow-remove-all.\n";

/** Returns four agents with the same defaults. */
function four(defaults: object): FleetFile {
  const agents = { a: {}, b: {}, c: {}, d: {} };
  return { runtimes: { quiet: { command: waits } }, defaults: { runtime: "quiet", ...defaults }, agents };
}

describe("one careless line for every agent", () => {
  const box = useSandbox();
  let before: readonly string[];
  beforeAll(async () => {
    await declare(box, four({}));
    await apply(box);
    await declare(box, four({ state: "stopped" }));
    before = await machineState(box);
  });

  const active = (): Promise<string> =>
    box.sh("systemctl --user list-units --plain --no-legend 'mosaic-agent@*' | awk '{print $1, $3}'");

  describe("stops no agent:", () => {
    afterEach(async () => expect(await machineState(box)).toEqual(before));

    it("the plan contains the refusal", async () => {
      expect((await fleet(box, "plan")).stdout).toContain(refused);
      expect((await plan(box)).refusals).toMatchObject([{ guard: "mass-stop" }]);
      expect((await plan(box, "--allow-remove-all")).refusals).toEqual([]);
    });

    it.each([[[]], [["a", "b", "c"]]])(
      "apply ends with 6, with or without agents named: %j",
      async (names) => {
        const ran = await fleet(box, "apply", "--yes", "--now", ...names);
        expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 6, stderr: "" });
        expect(ran.stdout).toContain(refused.replace("4 of", `${names.length || 4} of`));
      },
    );

    it("apply also reports that with --quiet", async () => {
      const ran = await fleet(box, "apply", "--yes", "--quiet");
      expect(ran).toEqual({
        code: 6,
        stdout: "",
        stderr:
          "Error: refused: 4 of 4 agents with a session would be stopped (state: stopped)\n" +
          "  = hint: if that is meant, add --allow-remove-all\n",
      });
    });

    it("a saved plan is refused unless it was made with the flag", async () => {
      await fleet(box, "plan", "--out", file);
      const ran = await fleet(box, "apply", file);
      expect(ran.code).toBe(6);
      expect(ran.stderr).toContain("if that is meant: fleet plan --allow-remove-all --out FILE");
      expect(ran.stderr).toContain("Error: refused: 4 of 4 agents with a session would be stopped");
    });
  });

  it("does not prevent a stop of all agents, which asks", async () => {
    const asked = await fleet(box, "stop", "--all");
    expect({ code: asked.code, refused: asked.stdout.includes("Refused") }).toEqual({
      code: 64,
      refused: false,
    });
    expect(asked.stderr).toContain("confirmation needed, but stdin is not a terminal");
    expect(await machineState(box)).toEqual(before);
    const ran = await fleet(box, "stop", "--all", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await active()).toBe("");
    await declare(box, four({}));
    await apply(box);
    await declare(box, four({ state: "stopped" }));
  });

  it("does not prevent a stop of named agents", async () => {
    const ran = await fleet(box, "stop", "a", "b", "c", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await active()).toBe("mosaic-agent@d.service active\n");
    await declare(box, four({}));
    await apply(box);
  });

  it("stops every agent if the flag allows it, also through a saved plan", async () => {
    await declare(box, four({ state: "stopped" }));
    await fleet(box, "plan", "--now", "--allow-remove-all", "--out", file);
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await active()).toBe("");
    await declare(box, four({}));
    await apply(box);
    await declare(box, four({ state: "stopped" }));
    await apply(box, "--now", "--allow-remove-all");
    expect(await active()).toBe("");
    expect(await plan(box)).toMatchObject({ actions: [], refusals: [] });
  });
});
