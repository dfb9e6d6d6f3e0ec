import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { observeTmux } from "../../../src/observe/tmux/observe-tmux.ts";

describe("A tmux server", () => {
  it("is absent if it has ended since its answer, not a server outside of any unit", async () => {
    const child = spawn("true");
    await once(child, "exit");
    expect(observeTmux({ pid: child.pid!, panes: [] }, () => 7)).toEqual({ kind: "absent", lostPid: 7 });
  });

  it("has the unit of its live process", () => {
    const found = observeTmux({ pid: process.pid, panes: [] });
    expect(found).toMatchObject({ kind: "server", pid: process.pid });
  });
});
