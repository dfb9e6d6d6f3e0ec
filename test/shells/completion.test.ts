import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTerminal, type Terminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

/** Shells that the test machine has; the others are left out. */
const has = (program: string): boolean => spawnSync("which", [program]).status === 0;
for (const shell of ["zsh", "fish"].filter((each) => !has(each)))
  console.log(`The completion of ${shell} was not tested: apt-get install ${shell}`);

const fleetYaml = `version: 1
runtimes: { x: { command: sleep 1000 } }
defaults: { runtime: x }
agents:
  coder: { replicas: 3, description: "Writes: the code", labels: { team: core, "my team": "a b" } }
  reviewer: { labels: { team: web } }
`;

/** The ways to start a shell with completion; each waits with the prompt "$ ". */
const shells = [
  {
    name: "bash",
    argv: ["bash", "--norc", "--noprofile", "-i"],
    setup: [`PS1='$ '`, "bind 'set bell-style none'", 'eval "$(fleet completion bash)"'],
  },
  {
    name: "bash with bash-completion",
    argv: ["bash", "--norc", "--noprofile", "-i"],
    needs: "/usr/share/bash-completion/bash_completion",
    setup: [
      `PS1='$ '`,
      "bind 'set bell-style none'",
      ". /usr/share/bash-completion/bash_completion",
      'eval "$(fleet completion bash)"',
    ],
  },
  {
    name: "zsh",
    argv: ["zsh", "-f", "-i"],
    setup: ["PROMPT='$ '", "autoload -Uz compinit && compinit -u", 'eval "$(fleet completion zsh)"'],
  },
  {
    name: "fish",
    argv: ["fish", "--no-config", "-i"],
    setup: [
      "function fish_prompt; echo '$ '; end",
      "set -g fish_autosuggestion_enabled 0",
      "fleet completion fish | source",
    ],
  },
] as const;

const present = shells.filter(
  (shell) => has(shell.argv[0]) && (!("needs" in shell) || existsSync(shell.needs)),
);

describe.each(present)("The completion of $name", (shell) => {
  const box = useSandbox();
  let terminal: Terminal;
  const isBash = shell.argv[0] === "bash";
  const isFish = shell.argv[0] === "fish";

  beforeAll(async () => {
    await box.write("work/fleet.yaml", fleetYaml);
    await box.write("work/elsewhere/fleet.yaml", fleetYaml.replaceAll("reviewer", "stranger"));
    await box.write("work/broken.yaml", "agents: [");
    await box.write("work/notes and more.txt", "");
    await box.write("work/reviewer-folder/file", "");
    await box.sh("fleet validate", { cwd: "work" });
    terminal = await openTerminal(box, shell.argv, { columns: 100, rows: 40, env: { TERM: "xterm" } });
    for (const line of shell.setup) {
      await terminal.type(line, "Enter");
    }
    await terminal.type("clear; echo re''ady", "Enter");
    await terminal.waitFor(/^ready/m);
  });
  afterAll(() => terminal.close());

  /** Types a line on an empty screen and presses Tab; returns the screen with the expected text. */
  async function tab(line: string, wanted: RegExp, times = 1): Promise<string> {
    // A shell that is still busy with an earlier Tab may keep its line.
    // A new prompt shows that the signal is handled. Handled later, it would end the next line.
    let pressed = -Infinity;
    const cleared = async (): Promise<boolean> => {
      if (/(?:^|\n)\$\s*$/.test(await terminal.screen())) return true;
      if (performance.now() - pressed > 3_000) {
        pressed = performance.now();
        await terminal.press("C-c");
      }
      return false;
    };
    await until("the prompt is empty", cleared, 10_000);
    await terminal.press("C-l");
    await until("the screen is empty", async () => /^\$\s*$/.test(await terminal.screen()), 10_000);
    await terminal.type(line, ...Array.from({ length: times }, () => "Tab"));
    return terminal.waitFor(wanted, 10_000);
  }
  /** Lists candidates: bash and zsh do so when there is nothing more to insert. */
  const list = (line: string, wanted: RegExp): Promise<string> =>
    tab(line, wanted, isFish ? 1 : isBash ? 3 : 2);

  it("finishes the name of a command and of an option", async () => {
    await tab("fleet stat", /^\$ fleet status\b/m);
    await tab("fleet plan --detailed", /^\$ fleet plan --detailed-exitcode/m);
    await tab("fleet help appl", /^\$ fleet help apply/m);
    await tab("fleet completion fi", /^\$ fleet completion fish/m);
  });

  describe("by a process that answered before", () => {
    beforeAll(async () => {
      const folder = "/run/fleet/rig/inside";
      await terminal.type(
        isFish ? `clear; set -x PATH ${folder} $PATH` : `clear; PATH=${folder}:$PATH`,
        "Enter",
      );
    });

    it("finishes the values of an option, after a space and after =", async () => {
      await tab("fleet plan --format gi", /^\$ fleet plan --format github/m);
      await tab("fleet plan --format=gi", /^\$ fleet plan --format=github/m);
      await tab("fleet doctor --ignore foreign-f", /^\$ fleet doctor --ignore foreign-f/m);
    });

    it("finishes the names of agents, and lists replicas once their entry is typed", async () => {
      await tab("fleet status rev", /^\$ fleet status reviewer/m);
      const screen = await list("fleet status coder-", /coder-1.*coder-2.*coder-3/s);
      expect(screen).not.toContain("reviewer");
      await tab("fleet status reviewer cod", /^\$ fleet status reviewer coder/m);
    });

    it.skipIf(isBash)("describes agents, options and commands", async () => {
      expect(await list("fleet status ", /reviewer/)).toContain("Writes: the code");
      await list("fleet status --", /print problems only/);
    });

    it("finishes labels, also the second after a comma and those in quotes", async () => {
      await tab("fleet status -l team=co", /^\$ fleet status -l team=core/m);
      await tab("fleet status --selector=team=w", /^\$ fleet status --selector=team=web/m);
      await tab("fleet status -l team=core,team=w", /^\$ fleet status -l team=core,team=web/m);
      await tab("fleet status -l 'team in (w", /^\$ fleet status -l 'team in \(web/m);
      await list("fleet status -l te", /team=core.*team=web/s);
    });

    it("quotes a label with special characters, so that the line still means it", async () => {
      const start = isFish ? `fleet status -l '"my team"='` : String.raw`fleet status -l \"my\ team\"=`;
      await tab(start, /my.*=.*a.*b/);
      await terminal.type(isFish ? "" : " ");
      await terminal.press("C-a");
      await terminal.type("printf '<%s>' ");
      await terminal.press("Enter");
      expect(await terminal.waitFor(/<fleet>.*/)).toContain('<-l><"my team"="a b">');
    });

    it("takes the names from the fleet file of the line", async () => {
      await tab("fleet status -f elsewhere/fleet.yaml stra", /status -f elsewhere\/fleet.yaml stranger/);
      await tab("fleet --file=elsewhere/fleet.yaml status stra", /status stranger/);
      await tab("fleet status elsewhere/fleet.yaml stra", /fleet.yaml stranger/);
      await tab("fleet status -f ~/work/elsewhere/fleet.yaml stra", /fleet.yaml stranger/);
    });

    it("finishes paths: files of YAML for --file, folders for render, quoted if needed", async () => {
      await tab("fleet status --file elsewh", /--file elsewhere\//);
      await tab("fleet status --file=bro", /--file=broken\.yaml/);
      await tab("fleet import note", /import (?:notes\\ and\\ more\.txt|'notes and more\.txt')/);
      await tab("fleet render --out elsewh", /--out elsewhere\//);
    });

    it("finishes the command of a sandbox", async () => {
      await tab("fleet sandbox -- systemd-analy", /-- systemd-analyze/);
    });

    it("says nothing about a broken file, runs nothing of the line, and leaves the line alone", async () => {
      for (const [line, wanted] of [
        ["fleet status -f broken.yaml coder-", "fleet status -f broken.yaml coder-"],
        ["fleet no-such-command rev", "fleet no-such-command rev"],
        ["fleet status $(touch ~/touched) revi", "fleet status $(touch ~/touched) reviewer"],
      ] as const) {
        await tab(line, /rev|coder/);
        await terminal.type("ZZ");
        const screen = await terminal.waitFor(/ZZ/);
        expect(screen.replace(/ ZZ$/, "ZZ")).toBe(`$ ${wanted}ZZ`);
      }
      expect(await box.sh("ls ~")).not.toContain("touched");
    });
  });
});

describe("A question for completions", () => {
  const box = useSandbox();
  beforeAll(() => box.write("work/fleet.yaml", fleetYaml));

  it("asks neither systemd nor tmux, and loads no parser for an unchanged file", async () => {
    await box.sh("fleet validate", { cwd: "work" });
    const script = `mkdir -p ~/bin; for each in systemctl tmux journalctl; do
      printf '#!/bin/sh\\ntouch ~/asked\\n' > ~/bin/$each; chmod +x ~/bin/$each; done
      PATH=~/bin:$PATH fleet __complete words status ''; ls ~`;
    const said = await box.sh(script, { cwd: "work", isReal: true });
    expect(said).toContain("reviewer");
    expect(said).not.toContain("asked");
  });

  it("ends with 0 and without a word if there is no file, a broken one, or a pipe", async () => {
    await box.sh("mkdir -p ~/empty; mkfifo -m 600 ~/pipe; echo 'agents: [' > ~/broken.yaml");
    for (const args of ["status", "status -f ../broken.yaml", "status -f ../pipe", "status -f ../none"]) {
      const ran = await box.run(["sh", "-c", `fleet __complete words ${args} ''`], { cwd: "empty" });
      expect({ args, ...ran }).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).not.toContain("reviewer");
    }
  });
});
