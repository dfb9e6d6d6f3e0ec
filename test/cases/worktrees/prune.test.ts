import { beforeAll, describe, expect, it } from "vitest";
import type { WorktreeListJson } from "../../../src/report/worktree/worktree-output.ts";
import { apply, declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const repo = "/run/home/src/app";
const place = (agent: string): string => `${repo}.worktrees/${agent}`;

/** Returns a fleet in which these agents have a worktree. */
const agents = (...names: readonly string[]) => ({
  defaults: { onChange: "restart" },
  agents: Object.fromEntries([
    ["other", { command: waits }],
    ...names.map((name) => [name, { command: waits, worktree: { repo, copy: [".env"] } }]),
  ]) as Record<string, object>,
});

describe("Worktrees of former agents", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.sh(`git config --global user.name t; git config --global user.email t@t; mkdir -p ~/src; cd ~/src
      git init -q -b main --bare app.git; git clone -q app.git app 2>/dev/null; cd app; git checkout -q -b main
      echo .env >.gitignore; echo x >file; git add -A; git commit -qm one; git push -q origin main; echo secret >.env`);
    await declare(box, agents("live", "clean", "dirty", "ahead"));
    await apply(box);
    await box.sh(
      `echo work >${place("dirty")}/new; git -C ${place("ahead")} commit -q --allow-empty -m ahead`,
    );
    await declare(box, agents("live"));
    await apply(box, "--allow-remove-all");
  });

  it("are listed with those of living agents, and nothing is changed", async () => {
    const before = await machineState(box);
    const { code, stdout } = await fleet(box, "worktree", "list");
    expect(code).toBe(0);
    const lines = stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  ").trimEnd());
    expect(lines).toEqual([
      "AGENT  BRANCH  PATH  STATE",
      `ahead  ahead  ${place("ahead")}  former agent; 1 unpushed commit on ahead`,
      `clean  clean  ${place("clean")}  former agent; clean`,
      `dirty  dirty  ${place("dirty")}  former agent; 1 untracked file (new)`,
      expect.stringMatching(/^live {2}live {2}\S+ {2}in use by .*sleep \(\d+\)$/),
      "",
    ]);
    const listed = JSON.parse(
      (await fleet(box, "worktree", "list", "dirty", "--json")).stdout,
    ) as WorktreeListJson;
    expect(listed.worktrees).toEqual([
      {
        agent: "dirty",
        declared: false,
        repo,
        path: place("dirty"),
        branch: "dirty",
        clean: false,
        findings: [{ kind: "untracked", count: 1, example: "new", message: "1 untracked file (new)" }],
      },
    ]);
    expect(await machineState(box)).toEqual(before);
  });

  it("need a known agent and a known word", async () => {
    expect(await fleet(box, "worktree", "list", "nobody")).toMatchObject({ code: 64 });
    expect((await fleet(box, "worktree")).code).toBe(64);
    expect((await fleet(box, "worktree", "remove")).code).toBe(64);
    await box.sh("chmod 0 ~/.local/state/mosaic/fleet/agents/dirty");
    const unreadable = await fleet(box, "worktree", "list");
    await box.sh("chmod 700 ~/.local/state/mosaic/fleet/agents/dirty");
    expect(unreadable.code).toBe(1);
    expect(unreadable.stderr).toContain("the records of worktrees in");
  });
});
