import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, tmux } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

describe("an agent that is started by a login shell", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/.bash_profile", ". ~/.bashrc\n");
    await box.write("~/bin/claude", '#!/bin/sh\necho "claude is up"; exec sleep 1000\n', 0o755);
  });

  const screenOf = (agent: string) => tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);

  // romkatv/powerlevel10k#1203, romkatv/zsh4humans#268
  it("does not count as running if a start-up file runs tmux in place of its command", async () => {
    await box.write(
      "~/.bashrc",
      'PATH=$HOME/bin:$PATH\nif [ -z "$TMUX" ] && [ -n "$PS1" ]; then exec tmux new-session -A -s main; fi\n',
    );
    await declare(box, { agents: { replaced: { command: ["bash", "-lic", "exec claude"] } } });
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code, ran.stdout + ran.stderr).toBe(4);
    expect(ran.stderr).toContain(
      "agent replaced does not run: a tmux of its own took the place of its command",
    );
    expect(ran.stderr).toContain("begin the command with `TMUX=1 exec`");
    const wayOut = 'TMUX=1 exec bash -lic "exec claude"';
    await declare(box, { agents: { kept: { command: wayOut }, replaced: { command: wayOut } } });
    const again = await fleet(box, "apply", "--yes", "--now");
    expect(again.code, again.stdout + again.stderr).toBe(0);
    for (const agent of ["kept", "replaced"])
      await until(`${agent} runs`, async () => (await screenOf(agent)).includes("claude is up"));
  });

  it("may have a command that runs tmux itself", async () => {
    await declare(box, { agents: { own: { command: "exec tmux -L its-own new-session" } } });
    const ran = await fleet(box, "apply", "--yes", "--allow-remove-all", "--now");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  });

  // gastownhall/gastown#748, zjrosen/perles#27, smtg-ai/claude-squad#298
  it("finds a program that is an alias or a function, as the README says", async () => {
    await box.write(
      "~/.bashrc",
      "alias claude='echo alias; ~/bin/claude'\nlazy() { echo function; ~/bin/claude; }\n",
    );
    await declare(box, {
      agents: {
        alias: { command: ["bash", "-lic", "claude"] },
        function: { command: ["bash", "-lic", "lazy"] },
        exec: { command: ["bash", "-lic", "exec claude"], restart: { policy: "no" } },
      },
    });
    const ran = await fleet(box, "apply", "--yes", "--allow-remove-all", "--now");
    for (const agent of ["alias", "function"]) {
      await until(`${agent} runs`, async () =>
        new RegExp(`^${agent}\\nclaude is up`, "m").test(await screenOf(agent)),
      );
    }
    expect(ran.stderr).toContain("agent exec does not run: exit status 127");
    expect(ran.stderr).toContain("exec finds no alias or function");
    expect(ran.stderr).not.toMatch(/agent (?:alias|function) does not run/);
  });
});
