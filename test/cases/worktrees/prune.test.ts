import { beforeAll, describe, expect, it } from "vitest";
import type { WorktreeListJson, WorktreePruneJson } from "../../../src/report/worktree/worktree-output.ts";
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
    planned = (await fleet(box, "plan", "--allow-remove-all")).stdout;
    await apply(box, "--allow-remove-all");
  });
  let planned = "";

  it("are named by the plan that removes the agents", () => {
    expect(planned.replace(/\s+/g, " ")).toContain(
      "The worktrees of ahead, clean, dirty stay. To look at them and remove them later: fleet worktree prune.",
    );
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
      expect.stringMatching(/^live {2}live {2}\S+ {2}in use by .*\bsleep \(\d+\)/),
      "",
      "fleet worktree prune shows which worktrees of former agents can go, and why the others stay.",
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

  it("are judged without --yes, and nothing is changed", async () => {
    const before = await box.sh(`git -C ${repo} worktree list --porcelain; ls -A ${repo}.worktrees/*`);
    const { code, stdout } = await fleet(box, "worktree", "prune");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `    ahead: ${place("ahead")} stays`,
      "      1 unpushed commit on ahead: push them, or add --unpushed: the branch stays",
      `  - clean: ${place("clean")} can go, and branch clean stays`,
      `    dirty: ${place("dirty")} stays`,
      "      1 untracked file (new): commit them, or move or remove them",
      "1 worktree of declared agents stays.",
      "1 worktree to remove, 2 to keep. Nothing was removed: add --yes to remove.",
      "",
    ]);
    expect(await box.sh(`git -C ${repo} worktree list --porcelain; ls -A ${repo}.worktrees/*`)).toBe(before);
    expect(await fleet(box, "worktree", "prune", "dirty")).toMatchObject({ code: 6 });
    expect(await fleet(box, "worktree", "prune", "live", "--yes")).toMatchObject({ code: 6 });
  });

  it("stay while a program is in them, and go without it; the branches stay", async () => {
    await box.sh(`cd ${place("clean")}; sleep 4455 & echo $! >~/pid`);
    const used = await fleet(box, "worktree", "prune", "--yes");
    expect(used.stdout).toContain("in use by sleep (");
    expect(used.stdout).toContain("0 worktrees removed, 3 kept.");
    await box.sh("kill $(cat ~/pid); while [ -d /proc/$(cat ~/pid) ]; do :; done");
    const ran = await fleet(box, "worktree", "prune", "--yes", "--unpushed", "--json");
    expect(ran.code).toBe(0);
    const { pruned } = JSON.parse(ran.stdout) as WorktreePruneJson;
    expect(pruned.map(({ agent, outcome }) => `${agent} ${outcome}`)).toEqual([
      "ahead removed",
      "clean removed",
      "dirty kept",
      "live kept",
    ]);
    expect(
      await box.sh(`ls ${repo}.worktrees; git -C ${repo} log -1 --format=%s ahead; cat ${repo}/.env`),
    ).toBe("dirty\nlive\nahead\nsecret\n");
    expect((await fleet(box, "worktree", "list")).stdout).not.toContain("clean");
  });

  it("of declared agents go by name once the agent is stopped, and a start makes them again", async () => {
    const running = await fleet(box, "worktree", "prune", "live", "--yes");
    expect(running.stdout).toContain("its agent is not stopped (active): fleet stop live");
    await fleet(box, "stop", "live", "--yes");
    const ran = await fleet(box, "worktree", "prune", "live", "--yes");
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(`  - live: ${place("live")} removed, and branch live stays`);
    await apply(box);
    expect(await box.sh(`cat ${place("live")}/.env; git -C ${place("live")} branch --show-current`)).toBe(
      "secret\nlive\n",
    );
  });

  it("stay until an apply has removed the agent, and while git cannot be run", async () => {
    await declare(box, agents());
    const one = await fleet(box, "plan");
    expect(one.stdout).toContain(`The worktree of live stays: ${place("live")}. To look at it`);
    const shown = await fleet(box, "worktree", "prune", "--yes");
    expect(shown.stdout).toContain("its agent has left fleet.yaml, but not the fleet yet: fleet apply");
    await apply(box);
    await box.sh(
      "mkdir -p ~/bin; printf '#!/bin/sh\\necho fatal: broken >&2; exit 128\\n' >~/bin/git; chmod +x ~/bin/git",
    );
    const broken = await box.run([
      "env",
      `PATH=/run/home/bin:/run/fleet/bin:/usr/bin:/bin`,
      "fleet",
      "worktree",
      "prune",
      "--yes",
    ]);
    expect(broken.stdout).toContain("unknown: git status failed with exit status 128: fatal: broken");
    expect(broken.stdout).toContain("0 worktrees removed, 4 kept.");
    expect((await fleet(box, "worktree", "prune", "--yes")).stdout).toContain("1 worktree removed, 1 kept.");
  });

  it("are named by a destroy, and go with --all", async () => {
    await declare(box, agents("live", "second"));
    await apply(box);
    const destroyed = await fleet(box, "destroy", "--yes");
    expect(destroyed.stdout.replace(/\s+/g, " ")).toContain(
      "The worktrees of live, second stay. To look at them and remove them later: fleet worktree prune --all.",
    );
    const ran = await fleet(box, "worktree", "prune", "--all", "--yes");
    expect(ran.stdout).toContain("2 worktrees removed, 1 kept.");
    expect(await box.sh(`ls ${repo}.worktrees`)).toBe("dirty\n");
  });

  it("need a known agent and a known word", async () => {
    expect(await fleet(box, "worktree", "list", "nobody")).toMatchObject({ code: 64 });
    expect((await fleet(box, "worktree")).code).toBe(64);
    expect((await fleet(box, "worktree", "list", "--yes")).code).toBe(64);
    expect((await fleet(box, "worktree", "remove")).code).toBe(64);
    await box.sh("chmod 0 ~/.local/state/mosaic/fleet/agents/dirty");
    const unreadable = await fleet(box, "worktree", "list");
    await box.sh("chmod 700 ~/.local/state/mosaic/fleet/agents/dirty");
    expect(unreadable.code).toBe(1);
    expect(unreadable.stderr).toContain("the records of worktrees in");
  });
});
