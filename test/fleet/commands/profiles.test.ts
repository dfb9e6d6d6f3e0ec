import { describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

describe("Profiles", () => {
  const box = useSandbox();

  const declare = (active: string): Promise<void> =>
    box.write(
      "~/work/fleet.yaml",
      `version: 1\nactiveProfiles: [${active}]\ndefaults: { onChange: restart }\nagents:\n` +
        "  planner: { command: sleep 1d }\n  tester: { command: sleep 1d, profiles: night }\n" +
        "  reviewer: { command: sleep 1d, profiles: [day, release] }\n",
    );
  const pid = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show -P MainPID mosaic-agent@${agent}`);

  it("start and stop agents by an edit, with their names in the plan, and touch no others", async () => {
    await declare("night");
    await box.sh("fleet apply --yes");
    const before = await pid("planner");
    expect(await box.sh("fleet status --columns agent,state,pending")).toMatch(
      /planner +running +-\nreviewer +stopped +-\ntester +running +-\n/,
    );
    await declare("day");
    const plan = await box.sh("fleet plan");
    expect(plan).toContain(
      "  ~ agent reviewer will be started: it does not run, and one of its profiles day, release is active\n",
    );
    expect(plan).toContain("  ~ agent tester will be stopped: profile night is not active\n");
    expect(plan).toContain("Plan: 0 to add, 2 to change, 0 to restart");
    expect(await box.sh("fleet why tester")).toContain("profiles: night");
    await box.sh("fleet apply --yes");
    expect(await box.sh("fleet plan")).toContain("No changes");
    expect(await box.sh('fleet status -o json | grep -c \'"state": "stopped"\'')).toBe("1\n");
    expect(await pid("planner")).toBe(before);
    expect(await box.sh("test -e ~/.config/mosaic/fleet/agents/tester.env && echo kept")).toBe("kept\n");
  });

  it("keep an agent down that somebody starts, and refuse an unknown name without a change", async () => {
    const started = await box.fleet(["start", "tester", "--yes"]);
    expect(started.code).toBe(6);
    expect(started.stdout + started.stderr).toContain("profile night is not active in fleet.yaml");
    await declare("nigth");
    const refused = await box.fleet(["apply", "--yes"]);
    expect(refused.code).toBe(65);
    expect(refused.stderr).toContain('did you mean "night"?');
    expect((await box.fleet(["apply", "--profile", "night"])).stderr).toContain("activeProfiles: [NAME]");
  });
});
