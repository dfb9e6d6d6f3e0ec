import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";
import type { Starter } from "../../../src/config/writing/starter.ts";
import { starterText } from "../../../src/report/init/starter-text.ts";

const plain: Starter = {
  schema: "./fleet.schema.json",
  name: undefined,
  runtime: { name: "claude", command: "claude" },
  isStandIn: false,
  others: [],
  workdir: ".",
  path: undefined,
  agents: [{ name: "coder", replicas: undefined }],
};

const rich: Starter = {
  ...plain,
  schema: "/usr/lib/node_modules/mosaic-fleet/fleet.schema.json",
  name: "shop",
  others: [
    { name: "codex", command: "codex" },
    { name: "goose", command: "/opt/goose/bin/goose session" },
  ],
  workdir: "~/src/a b",
  path: "/home/ada/.local/bin:/usr/bin:/bin",
  agents: [
    { name: "planner", replicas: undefined },
    { name: "reviewer", replicas: 3 },
    { name: "123", replicas: undefined },
  ],
};

const standIn: Starter = { ...plain, runtime: { name: "shell", command: "bash" }, isStandIn: true };

describe("The text of a new fleet.yaml", () => {
  it("explains each part of a file with one agent", () => {
    expect(starterText(plain)).toBe(`# yaml-language-server: $schema=./fleet.schema.json
#
# The agents of this machine. Each one runs in its own tmux session, and systemd
# starts it again after a crash. They go on when you close the terminal.
#
#   fleet plan           shows what an edit would change, and changes nothing
#   fleet apply          shows it, asks, and does it
#   fleet status         shows all agents
#   fleet attach coder   brings your terminal to an agent; Ctrl-b d leaves it

version: 1

# Every unit, file and tmux server of the fleet begins with its name. Each fleet of
# an account needs its own one.
# name: mosaic

# The programs of the agents. A command is a line for sh, or a list without a
# shell: [claude, --model, opus].
runtimes:
  claude: { command: claude }

# Settings of all agents. An agent can have its own instead.
defaults:
  runtime: claude
  workdir: . # the folder of this file

  # An agent with a changed entry restarts when it is idle: no output for this long,
  # and nobody attached. With \`restart\` it restarts at once, with \`keep\` only if you
  # restart it.
  onChange: when-idle
  idleAfter: 60s

  # Agents do not read ~/.bashrc, so their variables stand here. Nothing expands $HOME
  # or ~ in a value. PATH is that of the systemd user manager.
  # env: { EDITOR: vim }

  # API keys belong in a file of their own, mode 0600, with lines such as NAME=value:
  # envFiles: [~/.config/mosaic/secrets/keys.env]

# Each key is the name of an agent, and of its tmux session.
agents:
  coder:

  # Another agent. Two agents in one checkout edit the same files, so give each a git
  # worktree of its own, such as a folder with its name.
  # reviewer:
  #   description: Reads the changes of the others
  #   command: claude # instead of the runtime's
  #   workdir: ../{name} # the name of the agent
  #   dependsOn: [coder] # starts after it
  #   resources: { memoryMax: 8G, cpuQuota: 200% }
  #   restart: { policy: always } # also after it ended by itself
`);
  });

  it("names the fleet, further runtimes, PATH, replicas and names like numbers", () => {
    const text = starterText(rich);
    for (const part of [
      "# yaml-language-server: $schema=/usr/lib/node_modules/mosaic-fleet/fleet.schema.json\n",
      "\nname: shop\n",
      "  claude: { command: claude }\n  # codex: { command: codex }\n  # goose: { command: /opt/goose/bin/goose session }\n",
      "\n  workdir: ~/src/a b\n",
      "\n  env:\n    PATH: /home/ada/.local/bin:/usr/bin:/bin\n",
      "  # reviewer-1 to reviewer-3, all in one folder. $MOSAIC_AGENT_REPLICA is the number.\n  reviewer: { replicas: 3 }\n",
      '\n  "123":\n',
      "  # tester:\n",
      "  #   runtime: codex\n",
    ])
      expect(text).toContain(part);
  });

  it("says that a shell stands for an AI agent", () => {
    expect(starterText(standIn)).toContain(
      "# No AI agent was found on the PATH, so the agents below are shells. After you have\n# installed one, name it here",
    );
  });

  it.each([
    ["plain", plain],
    ["rich", rich],
    ["stand-in", standIn],
  ])("is valid, short in its lines and formatted: %s", async (_name, starter) => {
    const text = starterText(starter);
    const parsed = parseFleet(text, "fleet.yaml");
    expect(parsed).toMatchObject({ ok: true });
    if (parsed.ok) expect(Object.keys(parsed.value.agents).sort()).toEqual(names(starter));
    expect(await format(text, { parser: "yaml", printWidth: 100 })).toBe(text);
    expect(text.split("\n").filter((line) => line.startsWith("#") && line.length > 85)).toEqual([]);
  });

  it("stays valid if its comments become keys", () => {
    for (const starter of [plain, rich]) {
      const open = starterText(starter)
        .replace(/^# (name: mosaic)$/m, "$1")
        .replace(/^( +)# (envFiles: .*|env: .*|[a-z]+: \{ command.*|[a-z]+:|  [a-zA-Z]+: .*)$/gm, "$1$2");
      const parsed = parseFleet(open, "fleet.yaml");
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) continue;
      expect(Object.keys(parsed.value.agents)).toHaveLength(starter.agents.length + 1);
      expect(Object.keys(parsed.value.runtimes)).toHaveLength(starter.others.length + 1);
      expect(parsed.value.defaults.envFiles).toHaveLength(1);
    }
  });
});

function names({ agents }: Starter): readonly string[] {
  return agents.map(({ name }) => name).sort();
}
