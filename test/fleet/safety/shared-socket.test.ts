import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const one = { name: "one", tmux: { socket: "shared" }, agents: { canary: { command: waits } } };
const two = { ...one, name: "two" };

describe("Two fleets with one tmux socket:", () => {
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
      /Blocked: the tmux server on socket shared .* runs in one-tmux-holder\.service.*belongs to another fleet/,
    );
  });

  it("the second one is also refused while the first one does not run", async () => {
    await box.sh("systemctl --user stop one-tmux-holder.service");
    await refused(/Blocked: fleet one uses tmux socket shared too/);
  });

  it("the first one may be destroyed anyway, and then the second one has the socket", async () => {
    await declare(box, one);
    expect((await fleet(box, "destroy", "--yes")).code).toBe(0);
    await declare(box, two);
    await apply(box);
  });

  it("a fleet with a changed name is reported with its former name", async () => {
    await declare(box, { ...two, name: "three", tmux: { socket: "other" } });
    expect((await plan(box)).notes).toEqual([
      expect.stringMatching(/new on this machine, where there is already: two\./),
    ]);
  });
});
