import type { Starter, StarterAgent } from "../../config/writing/starter.ts";
import { yamlValue } from "../../config/writing/fleet-text.ts";

/** Returns the text of a new fleet.yaml, with comments that explain it. Pure. */
export function starterText(starter: Starter): string {
  const [first] = starter.agents;
  const lines = [
    `# yaml-language-server: $schema=${starter.schema}`,
    ...header(firstName(first)),
    "version: 1",
    ...nameLines(starter),
    ...runtimeLines(starter),
    ...defaultLines(starter),
    ...starterAgentLines(starter),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Returns the name of the first agent an entry declares. */
export function firstName(agent: StarterAgent | undefined): string {
  const { name, replicas } = agent ?? { name: "", replicas: undefined };
  return replicas === undefined ? name : `${name}-1`;
}

function header(agent: string): readonly string[] {
  const commands = [
    ["fleet plan", "shows what an edit would change, and changes nothing"],
    ["fleet apply", "shows it, asks, and does it"],
    ["fleet status", "shows all agents"],
    [`fleet attach ${agent}`, "brings your terminal to an agent; Ctrl-b d leaves it"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    "#",
    "# The agents of this machine. Each one runs in its own tmux session, and systemd",
    "# starts it again after a crash. They go on when you close the terminal.",
    "#",
    ...commands.map(([command, does]) => `#   ${command.padEnd(width)}   ${does}`),
    "",
  ];
}

function nameLines({ name }: Starter): readonly string[] {
  return [
    "",
    "# Every unit, file and tmux server of the fleet begins with its name. Each fleet of",
    "# an account needs its own one.",
    name === undefined ? "# name: mosaic" : `name: ${yamlValue(name)}`,
  ];
}

function runtimeLines({ runtime, isStandIn, others }: Starter): readonly string[] {
  return [
    "",
    "# The programs of the agents. A command is a line for sh, or a list without a",
    "# shell: [claude, --model, opus].",
    ...(isStandIn
      ? [
          "# No AI agent was found on the PATH, so the agents below are shells. After you have",
          "# installed one, name it here, and in `runtime` below.",
        ]
      : []),
    "runtimes:",
    `  ${declared(runtime)}`,
    ...others.map((other) => `  # ${declared(other)}`),
  ];
}

function declared({ name, command }: { readonly name: string; readonly command: string }): string {
  return `${yamlValue(name)}: ${yamlValue({ command })}`;
}

function defaultLines({ runtime, workdir, path }: Starter): readonly string[] {
  return [
    "",
    "# Settings of all agents. An agent can have its own instead.",
    "defaults:",
    `  runtime: ${yamlValue(runtime.name)}`,
    `  workdir: ${workdir === "." ? ". # the folder of this file" : yamlValue(workdir)}`,
    "",
    "  # An agent with a changed entry restarts when it is idle: no output for this long,",
    "  # and nobody attached. With `restart` it restarts at once, with `keep` only if you",
    "  # restart it.",
    "  onChange: when-idle",
    "  idleAfter: 60s",
    "",
    ...envLines(path),
    "",
    "  # API keys belong in a file of their own, mode 0600, with lines such as NAME=value:",
    "  # envFiles: [~/.config/mosaic/secrets/keys.env]",
  ];
}

function envLines(path: string | undefined): readonly string[] {
  if (path === undefined) {
    return [
      "  # Agents do not read ~/.bashrc, so their variables stand here. Nothing expands $HOME",
      "  # or ~ in a value. PATH is that of the systemd user manager.",
      "  # env: { EDITOR: vim }",
    ];
  }
  return [
    "  # Agents do not read ~/.bashrc, and systemd has another PATH than your shell. This",
    "  # one has the folder of their program: change it if an upgrade moves the program.",
    "  # Nothing expands $HOME or ~ in a value.",
    "  env:",
    `    PATH: ${yamlValue(path)}`,
  ];
}

function starterAgentLines({ agents, runtime, others }: Starter): readonly string[] {
  const taken = new Set(agents.map(({ name }) => name));
  const example = ["reviewer", "tester", "helper", "another"].find((name) => !taken.has(name)) ?? "one-more";
  const [other] = others;
  return [
    "",
    "# Each key is the name of an agent, and of its tmux session.",
    "agents:",
    ...agents.flatMap(({ name, replicas }) =>
      replicas === undefined
        ? [`  ${yamlValue(name)}:`]
        : [
            `  # ${name}-1 ${replicas === 1 ? "alone" : `to ${name}-${replicas}, all in one folder`}. $MOSAIC_AGENT_REPLICA is the number.`,
            `  ${yamlValue(name)}: ${yamlValue({ replicas })}`,
          ],
    ),
    "",
    "  # Another agent. Two agents in one checkout edit the same files, so give each a git",
    "  # worktree of its own, such as a folder with its name.",
    `  # ${example}:`,
    "  #   description: Reads the changes of the others",
    ...(other === undefined
      ? [`  #   command: ${runtime.command} # instead of the runtime's`]
      : [`  #   runtime: ${other.name}`]),
    "  #   workdir: ../{name} # the name of the agent",
    `  #   dependsOn: [${firstAgent(agents)}] # starts after it`,
    "  #   resources: { memoryMax: 8G, cpuQuota: 200% }",
    "  #   restart: { policy: always } # also after it ended by itself",
  ];
}

function firstAgent([first]: readonly StarterAgent[]): string {
  return first?.name ?? "";
}
