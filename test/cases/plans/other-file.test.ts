import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { waits } from "../../support/fleet/fleet.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

describe("A fleet file without a name, in two folders", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await write("a", "one", "two");
    await write("b", "three", "four");
    expect((await fleet("a", "apply", "--yes")).code).toBe(0);
  });

  const write = (folder: string, ...names: readonly string[]) => {
    const agents = Object.fromEntries(names.map((name) => [name, { command: waits }]));
    return box.write(
      `~/${folder}/fleet.yaml`,
      stringify({ version: 1, defaults: { onChange: "restart" }, agents }),
    );
  };
  const fleet = (folder: string, ...args: readonly string[]): Promise<Ran> =>
    box.fleet(args, { cwd: `~/${folder}` });
  const running = () =>
    box.sh(
      "systemctl --user list-units --plain --no-legend 'mosaic-agent@*' | sed 's/mosaic-agent@//; s/.service .*//'",
    );

  it("is refused if it shares no agent with the existing fleet, with the path of the last applied file", async () => {
    const refused =
      "none of the agents of this fleet is in this file, and /run/home/a/fleet.yaml was applied last";
    const ran = await fleet("b", "apply", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain(`Refused: ${refused}: 2 agents would be removed.`);
    expect(ran.stdout).toContain("give it a name of its own (name: NAME)");
    expect(JSON.parse((await fleet("b", "plan", "--json")).stdout)).toMatchObject({
      refusals: [{ guard: "other-fleet", flag: "--allow-remove-all" }],
    });
    expect(await running()).toBe("one\ntwo\n");
    expect((await fleet("a", "plan")).stdout).toBe("No changes. The fleet matches fleet.yaml.\n");
  });

  it("is refused by a watch, too", async () => {
    const ran = await box.run(["timeout", "-s", "INT", "5", "fleet", "watch"], { cwd: "~/b" });
    expect(ran.stdout + ran.stderr).toContain("none of the agents of this fleet is in this file");
    expect(await running()).toBe("one\ntwo\n");
  });

  it("may replace all of its own agents, because they came from it", async () => {
    await write("a", "uno", "two-too");
    expect((await fleet("a", "apply", "--yes")).code).toBe(0);
    expect(await running()).toBe("two-too\nuno\n");
  });

  it("is the same fleet after a move, and in another worktree with some of the same agents", async () => {
    await box.sh("mkdir ~/moved && mv ~/a/fleet.yaml ~/moved/");
    expect((await fleet("moved", "plan")).stdout).toBe("No changes. The fleet matches fleet.yaml.\n");
    await write("worktree", "uno", "new");
    const planned = await fleet("worktree", "plan");
    expect(planned.stdout).toContain("Note: /run/home/a/fleet.yaml was applied last, and not this file");
    expect((await fleet("worktree", "apply", "--yes")).code).toBe(0);
    expect(await running()).toBe("new\nuno\n");
  });

  it("is refused without the name of the earlier file if that is unknown, such as after a boot", async () => {
    await box.sh('rm "$XDG_RUNTIME_DIR/mosaic-fleet/mosaic.applied"');
    const ran = await fleet("b", "plan");
    expect(ran.stdout).toContain(
      "Refused: none of the agents of this fleet is in this file: 2 agents would be removed.",
    );
  });

  it("is applied with --allow-remove-all, and leaves no mark behind when the fleet is destroyed", async () => {
    expect((await fleet("b", "apply", "--yes", "--allow-remove-all")).code).toBe(0);
    expect(await running()).toBe("four\nthree\n");
    expect((await fleet("b", "destroy", "--yes")).code).toBe(0);
    expect(await box.sh('ls "$XDG_RUNTIME_DIR/mosaic-fleet"')).not.toContain("applied");
  });
});
