import { beforeEach, describe, expect, it } from "vitest";
import { fleet } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const session = `session_name: team
start_directory: ~/work
windows:
  - window_name: planner
    panes:
      - cd plans && export MODE=plan && claude --continue
  - window_name: coder
    panes: [claude]
  - window_name: shell
    panes: [blank]
`;

describe("fleet import", () => {
  const box = useSandbox();

  beforeEach(async () => {
    await box.write(
      "~/.local/bin/claude",
      '#!/bin/sh\necho "in $PWD, $MODE, $*"\nexec sleep infinity\n',
      0o755,
    );
    await box.sh("rm -rf ~/work; mkdir -p ~/work/plans ~/.tmuxp");
    await box.write("~/work/.tmuxp.yaml", session);
    await box.write("~/.bash_profile", 'PATH="$HOME/.local/bin:$PATH"\n');
  });

  it("prints a fleet.yaml that applies and runs", async () => {
    const imported = await box.fleet(["import", ".tmuxp.yaml"], { cwd: "work" });
    expect(imported.code).toBe(0);
    expect(imported.stderr).toContain("2 agents from .tmuxp.yaml (tmuxp)");
    await box.write("~/work/fleet.yaml", imported.stdout);
    await box.sh("fleet apply --yes", { cwd: "work" });
    for (const [agent, shown] of [
      ["planner", `in ${box.home}/work/plans, plan, --continue`],
      ["coder", `in ${box.home}/work, , `],
    ] as const) {
      await until(`${agent} shows its folder`, async () => {
        const screen = await box.sh(`tmux -L mosaic-factory capture-pane -p -t '=${agent}:'`);
        return screen.includes(shown.trimEnd());
      });
    }
    expect(await box.sh("fleet plan", { cwd: "work" })).toContain("No changes");
    await box.sh("fleet destroy --yes", { cwd: "work" });
  });

  it("adds agents to a file and keeps every other byte of it", async () => {
    const before =
      "# ours\nversion: 1\ndefaults: { workdir: ~/work } # all\nagents:\n    one: { command: sleep 1d } # first\n    # about one\nname: mine # last\n";
    await box.write("~/work/fleet.yaml", before);
    await box.write("~/work/Procfile", "web: sleep 2d\njobs: sleep 3d\n");
    const added = await box.fleet(["import", "Procfile", "--into", "fleet.yaml"], { cwd: "work" });
    expect(added).toMatchObject({ code: 0, stdout: "" });
    const after = await box.sh("cat fleet.yaml", { cwd: "work" });
    const lines = after.split("\n");
    expect(before.split("\n").filter((line) => !lines.includes(line))).toEqual([]);
    expect(after).toContain(
      "    web:\n        command: sleep 2d\n".replace("        command", "      command"),
    );
    expect(await box.sh("fleet validate", { cwd: "work" })).toContain("fleet mine with 3 agents");
    const again = await box.fleet(["import", "Procfile", "--into", "fleet.yaml"], { cwd: "work" });
    expect(again.code).toBe(65);
    expect(again.stderr).toContain("web (Procfile:1)");
    expect(await box.sh("cat fleet.yaml", { cwd: "work" })).toBe(after);
  });

  it("reads what runs in tmux, and touches nothing", async () => {
    await box.sh(
      "cd ~/work/plans && tmux new-session -d -s crew -n ai 'exec ~/.local/bin/claude --continue' && tmux new-session -d -s tmp",
    );
    const before = await box.sh("tmux list-panes -a -F '#{pane_pid} #{session_name}'");
    const ran = await box.fleet(["import", "--running"], { cwd: "work" });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("exec ~/.local/bin/claude --continue");
    expect(ran.stdout).toContain(`workdir: ${box.home}/work/plans`);
    expect(ran.stderr).toContain("session tmp is one idle shell");
    expect(await box.sh("tmux list-panes -a -F '#{pane_pid} #{session_name}'")).toBe(before);
    await box.sh("tmux kill-server");
    const none = await box.fleet(["import", "--running"]);
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("no tmux server runs on the socket default");
    expect((await box.fleet(["import"])).code).toBe(64);
  });

  it("refuses code, and a file that may be of two tools, and prints nothing", async () => {
    await box.write("~/work/ecosystem.config.js", "module.exports = { apps: [] };\n");
    const code = await box.fleet(["import", "ecosystem.config.js"], { cwd: "work" });
    expect(code).toMatchObject({ code: 65, stdout: "" });
    expect(code.stderr).toContain("pm2 jlist");
    await box.write("~/work/which.yml", "name: a\nsession: a\nwindows: [{ name: a, commands: [vim] }]\n");
    const which = await box.fleet(["import", "which.yml"], { cwd: "work" });
    expect(which).toMatchObject({ code: 64, stdout: "" });
    expect(which.stderr).toContain("--from smug");
    expect((await fleet(box, "import", "nothing.yaml")).code).toBe(1);
  });
});
