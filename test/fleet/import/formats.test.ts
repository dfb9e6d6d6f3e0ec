import { dirname } from "node:path/posix";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { projects } from "./projects.ts";

const program =
  '#!/bin/sh\necho "$(basename "$0") $* in $(basename "$PWD")" | tr -s " "\nexec sleep infinity\n';

describe("a newcomer from each of the tools", () => {
  const box = useSandbox();
  const path = "PATH=$HOME/.local/bin:$PATH";

  beforeAll(async () => {
    await box.write("~/.local/bin/claude", program, 0o755);
    await box.write("~/.bash_profile", 'PATH="$HOME/.local/bin:$PATH"\n');
    for (const { file, text, programs, folders } of projects) {
      const folder = `~/p/${dirname(file)}`;
      await box.write(`~/p/${file}`, text);
      for (const each of programs) await box.write(`${folder}/${each}`, program, 0o755);
      await box.sh(`cd ${folder} && mkdir -p ${[".", ...folders].join(" ")}`);
    }
    await box.write("~/p/tmuxp/bootstrap.sh", "#!/bin/sh\ntouch bootstrapped\n", 0o755);

    await box.sh(
      "cd ~/p/workmux && echo A=1 >.env && git init -q . && " +
        "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m begin",
    );
  });

  it("has a running fleet after one import and one apply", async () => {
    const files = projects.map(({ file }) => file).join(" ");
    const summary = await box.sh(`${path} fleet import ${files} 2>&1 >fleet.yaml`, { cwd: "p" });
    expect(summary).toContain("claude is found in");
    expect(await box.sh("fleet apply --yes", { cwd: "p" })).toContain("Apply complete: 16 added");
    await box.sh(
      "cd ~/p && test -e tmuxp/bootstrapped && test -d smug/run && test -e process-compose/migrated",
    );
    await box.sh("cd ~/p/workmux/.worktrees/agent && test -e made && test -e .env && test -L cache");
    const expected = projects.flatMap(({ shown }) => shown);
    await until("all panes show their programs, arguments and folders", async () => {
      const screens = await box.sh(
        "for pane in $(tmux -L mosaic-factory list-panes -a -F '#{pane_id}'); do " +
          'tmux -L mosaic-factory capture-pane -p -J -t "$pane"; done',
      );
      return expected.every((text) => screens.includes(text));
    });
    const panes = await box.sh("tmux -L mosaic-factory list-panes -a -F '#S #{pane_dead}' | sort | uniq -c");
    expect(panes).toContain("4 shop 0");
    expect(panes).toContain("2 one 0");
    expect(await box.sh("fleet plan", { cwd: "p" })).toContain("No changes");
  });

  it("adds the sessions of a tmux server to that fleet, each by its own name", async () => {
    await box.sh(
      "tmux new-session -d -s solo -c ~/p/mprocs 'claude --resume 1' && " +
        "tmux new-session -d -s duo -n front -c ~/p/pm2 ~/.local/bin/claude && " +
        "tmux new-window -d -t duo -n shell -c ~/p/smug",
      { env: { PATH: `${box.home}/.local/bin:/usr/bin:/bin` } },
    );
    const before = await box.sh("tmux list-panes -a -F '#{pane_pid}'");
    await box.sh(`${path} fleet import --running --into fleet.yaml`, { cwd: "p" });
    const { agents } = parse(await box.read("~/p/fleet.yaml")) as { agents: Record<string, object> };
    expect(agents["solo"]).toMatchObject({
      command: "claude --resume 1",
      env: { PATH: expect.stringContaining("/.local/bin:") as string },
    });
    expect(await box.sh("fleet apply --yes", { cwd: "p" })).toContain("2 added, 0 changed, 0 restarted");
    const states = JSON.parse(await box.sh("fleet status -o json", { cwd: "p" })) as {
      agents: readonly { name: string; state: string }[];
    };
    expect(states.agents.filter(({ state }) => state !== "running").map(({ name }) => name)).toEqual([
      "docs",
    ]);
    expect(await box.sh("tmux list-panes -a -F '#{pane_pid}'")).toBe(before);
  });
});
