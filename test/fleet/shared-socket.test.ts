import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, waits } from "../support/fleet/fleet.ts";
import { machineState } from "../support/fleet/state.ts";

const one = { name: "one", tmux: { socket: "shared" }, agents: { canary: { command: waits } } };
const two = { ...one, name: "two" };

describe("Two fleets that claim one tmux socket:", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, one);
    await apply(box);
    await declare(box, two);
  });

  async function refused(said: RegExp): Promise<void> {
    const before = await machineState(box);
    const ran = await fleet(box, "apply", "--yes", "--now", "--allow-remove-all", "--allow-self");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toMatch(said);
    expect(await machineState(box)).toEqual(before);
  }

  it("the second one is refused while the first one runs", async () => {
    await refused(
      /Blocked: the tmux server on socket shared .* runs in one-tmux-holder\.service.*another fleet's/,
    );
  });

  it("and also while it does not", async () => {
    await box.sh("systemctl --user stop one-tmux-holder.service");
    await refused(/Blocked: fleet one uses tmux socket shared too/);
  });

  it("the first one may be destroyed all the same, and then the second one has it", async () => {
    await declare(box, one);
    expect((await fleet(box, "destroy", "--yes")).code).toBe(0);
    await declare(box, two);
    await apply(box);
  });

  it("one whose name has changed is told of the one that it was", async () => {
    await declare(box, { ...two, name: "three", tmux: { socket: "other" } });
    expect((await plan(box)).notes).toEqual([
      expect.stringMatching(/new on this machine, where there is already: two\./),
    ]);
  });
});
