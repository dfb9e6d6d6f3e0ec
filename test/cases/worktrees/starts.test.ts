import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { property, systemctl, unitOf } from "../../support/units/fleet.ts";

const repo = "/run/home/src/app";
const place = (agent: string): string => `${repo}.worktrees/${agent}`;

const agents = (worktree: object = {}, others: object = {}) => ({
  defaults: { onChange: "restart" },
  agents: {
    coder: { replicas: 20, command: waits, worktree: { repo, copy: [".env"], ...worktree } },
    ...others,
  },
});

describe("Agents with a worktree each", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.sh(`git config --global user.name t; git config --global user.email t@t; git init -q -b main ${repo}
      cd ${repo}; echo .env >.gitignore; mkdir web; echo x >web/x; git add -A; git commit -qm one; echo secret >.env`);
  });
  const inTree = async (agent: string, script: string): Promise<string> =>
    (await box.sh(`cd ${place(agent)}; ${script}`)).trim();
  const cwd = async (agent: string): Promise<string> =>
    (
      await box.sh(`readlink /proc/$(tmux -L mosaic-factory display -p -t =${agent}: '#{pane_pid}')/cwd`)
    ).trim();

  it("start twenty at once in their own, and an unchanged plan calls no git", async () => {
    await declare(box, agents());
    await apply(box);
    const branches =
      await box.sh(`git -C ${repo} worktree list --porcelain | grep -c '^locked mosaic-fleet agent coder-'
      cat ${place("coder")}-*/.env | wc -l; git -C ${place("coder-17")} branch --show-current`);
    expect(branches).toBe("20\n20\ncoder-17\n");
    expect(await cwd("coder-3")).toBe(place("coder-3"));
    await box.sh("mkdir ~/bin; printf '#!/bin/sh\\ntouch ~/git-called\\n' >~/bin/git; chmod +x ~/bin/git");
    const planned = await box.run([
      "env",
      "PATH=/run/home/bin:/run/fleet/bin:/usr/bin:/bin",
      "fleet",
      "plan",
    ]);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain("No changes");
    expect(await box.sh("ls ~/git-called 2>/dev/null || echo none")).toBe("none\n");
  });

  it("keep their work over restarts, and the agent does not see the settings", async () => {
    await inTree("coder-1", "echo work >new; git checkout -q -b other");
    await systemctl(box, "restart", unitOf("coder-1"));
    expect(await inTree("coder-1", "cat new; git branch --show-current")).toBe("work\nother");
    expect(
      await box.sh(
        "tr '\\0' '\\n' </proc/$(tmux -L mosaic-factory display -p -t =coder-1: '#{pane_pid}')/environ | grep -c WORKTREE_ || :",
      ),
    ).toBe("0\n");
  });

  it("are blocked by a change of branch or path, and go on", async () => {
    for (const change of [{ branch: "renamed" }, { path: "/run/home/elsewhere" }]) {
      await declare(box, agents(change));
      const { actions } = await plan(box);
      expect(actions).toEqual([]);
      const shown = await fleet(box, "plan");
      expect(shown.stdout).toContain(
        "and stays so; to replace it: fleet stop coder-1, then fleet worktree prune coder-1",
      );
      expect((await fleet(box, "why", "coder-2")).stdout).toContain("fleet worktree prune coder-2");
    }
    await systemctl(box, "restart", unitOf("coder-2"));
    expect(await cwd("coder-2")).toBe(place("coder-2"));
    await declare(box, agents());
    expect((await plan(box)).actions).toEqual([]);
  });

  it("do not start after a failed setup, and the next start runs it again", async () => {
    const setup =
      '[ -e ~/network ] || { echo no network; exit 7; }; echo "$MOSAIC_HOOK $VALUE" >>made; sleep 4471 &';
    const broken = {
      command: waits,
      env: { VALUE: "a b", name: "own" },
      restart: { policy: "no" },
      worktree: { repo, setup, workdir: "web" },
    };
    await declare(box, agents({}, { broken }));
    const ran = await box.fleet(["apply", "--yes"]);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain(
      "not started, because the setup of its worktree failed (the next start runs it again): no network",
    );
    await until("systemd gives up", async () => (await property(box, "broken", "ActiveState")) === "failed");
    expect((await fleet(box, "logs", "broken", "--unit")).stdout).toContain("no network");
    const reason =
      "not started, because the setup of its worktree failed (the next start runs it again): no network";
    expect((await fleet(box, "status")).stdout).toContain(`Agent broken: ${reason}`);
    expect((await fleet(box, "why", "broken")).stdout).toContain(`worktree    ${reason}`);
    await box.sh("touch ~/network");
    await apply(box);
    expect((await fleet(box, "status")).stdout).not.toContain(reason);
    expect(await cwd("broken")).toBe(`${place("broken")}/web`);
    expect(await inTree("broken", "cat made")).toBe("setup a b");
    await systemctl(box, "restart", unitOf("broken"));
    expect(await inTree("broken", "cat made")).toBe("setup a b");
    expect(await box.sh("pgrep -cf 'sleep 447[1]' || :")).toBe("0\n");
  });

  it("are blocked before a start if their place is taken or their repository is missing", async () => {
    await box.sh(`mkdir -p ${place("full")}; touch ${place("full")}/x`);
    const full = { command: waits, worktree: repo };
    const lost = { command: waits, worktree: "/run/home/nowhere" };
    await declare(box, agents({}, { full, lost }));
    const shown = await fleet(box, "plan");
    expect(shown.stdout).toContain(
      `agent full is blocked: the place of its worktree is not an empty folder: ${place("full")}`,
    );
    expect(shown.stdout).toContain(
      "agent lost is blocked: the repository of its worktree, /run/home/nowhere, does not exist",
    );
    expect((await fleet(box, "apply", "--yes")).code).toBe(6);
    expect(await box.sh(`ls ${place("full")}`)).toBe("x\n");
  });

  it("are warned of a linked folder into which tools write", async () => {
    await declare(box, agents({ link: ["node_modules"] }));
    const { code, stderr } = await fleet(box, "validate");
    expect(code).toBe(0);
    expect(stderr).toContain('all worktrees share "node_modules", into which tools write');
  });
});
