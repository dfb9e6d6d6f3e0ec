/** The meaning of another tool's word here. */
export type Habit =
  /** A command of fleet does it. */
  | { readonly kind: "command"; readonly use: string; readonly does?: string }
  /** An explanation: no command corresponds, or the command would end something. */
  | { readonly kind: "words"; readonly say: string };

const use = (command: string, does?: string): Habit => ({
  kind: "command",
  use: command,
  ...(does === undefined ? {} : { does }),
});
const habitInWords = (say: string): Habit => ({ kind: "words", say });

/**
 * Each line: the words of docker, kubectl, terraform, pm2, systemctl, tmux and others, and their equivalent
 * here.
 */
const commandHabits: readonly (readonly [string, Habit])[] = [
  [
    "a at open connect join enter focus goto switch console",
    use("fleet attach AGENT", "brings this terminal to it"),
  ],
  [
    "log tail capture capture-pane output print cat tee",
    use("fleet logs AGENT", "prints what an agent printed"),
  ],
  ["sh shell bash ssh debug-shell debug run-in", use("fleet exec AGENT bash", "opens a shell next to it")],
  [
    "send-text prompt tell say message msg mail nudge ask paste input",
    use("fleet send AGENT TEXT", "gives a text to it, and presses Enter"),
  ],
  ["send-keys key press interrupt", use("fleet keys AGENT KEY", "presses keys in its terminal")],
  [
    "up deploy create run launch provision converge reconcile sync load update refresh reload upgrade rollout set patch",
    use("fleet apply", "brings the machine in line with fleet.yaml"),
  ],
  [
    "down teardown",
    habitInWords(
      "fleet stop AGENT ends agents until the next apply; fleet destroy removes the whole fleet, and asks before",
    ),
  ],
  [
    "rm remove del delete uninstall purge clean prune undeploy",
    habitInWords(
      "remove the agent from fleet.yaml, then run fleet apply; fleet destroy removes the whole fleet, and asks before",
    ),
  ],
  [
    "kill end quit exit terminate shutdown halt",
    habitInWords(
      "fleet stop AGENT ends an agent; fleet restart AGENT ends it and starts it again; both show what they interrupt, and ask",
    ),
  ],
  [
    "ps ls list get info inspect describe overview agents sessions stat stats state is-active jlist pods",
    use("fleet status", "shows the declared agents, their state and waiting changes"),
  ],
  ["show", habitInWords("fleet plan shows what apply would do; fleet status shows what runs")],
  [
    "htop monit monitor tui",
    use("fleet top", "shows the agents live, with keys for the commands about them"),
  ],
  ["audit journal reflog", use("fleet events", "shows what has happened")],
  ["undo revert rewind", use("fleet rollback REVISION", "writes an earlier fleet.yaml, and applies it")],
  ["new scaffold bootstrap generate quickstart", use("fleet init", "writes a fleet.yaml for this machine")],
  [
    "scale replicas autoscale",
    habitInWords("set replicas: of the agent in fleet.yaml, then run fleet apply"),
  ],
  [
    "freeze convert",
    habitInWords(
      "fleet import FILE prints a file of tmuxp, Procfile, process-compose or others as a fleet.yaml; fleet import --running prints what runs",
    ),
  ],
  [
    "export dump save",
    habitInWords("fleet snapshot prints what is there; fleet render writes all files of the fleet"),
  ],
  [
    "fmt format",
    habitInWords(
      "mosaic-fleet does not format files: any formatter of YAML does; fleet validate checks fleet.yaml",
    ),
  ],
  ["lint check verify test config ci", use("fleet validate", "checks fleet.yaml")],
  ["debug diagnose troubleshoot report health check-health", use("fleet doctor", "checks machine and fleet")],
  ["vi vim nano change modify", use("fleet edit", "opens fleet.yaml in an editor, plans, asks and applies")],
  ["completions complete autocomplete", use("fleet completion SHELL", "prints the script for a shell")],
  [
    "pause hold unmanage ignore",
    habitInWords("fleet suspend AGENT has apply leave an agent alone; the agent goes on as it is"),
  ],
  ["unpause unhold unsuspend continue cont", use("fleet resume AGENT", "ends a suspension")],
  [
    "enable disable",
    habitInWords("write state: running or state: stopped in fleet.yaml, then run fleet apply"),
  ],
  ["reason", use("fleet why AGENT", "explains the plan of an agent")],
  ["preview dry-run dryrun", use("fleet plan", "shows what apply would do, and changes nothing")],
  ["compare changes", use("fleet diff", "shows the plan with all its changes to files")],
  ["taint recreate", habitInWords("fleet restart AGENT restarts an agent now, and asks")],
  [
    "rename mv move",
    habitInWords(
      "give the agent its new name in fleet.yaml, with formerly: OLD, then run fleet apply: without formerly, the new name is another agent. hosts: says where an agent runs",
    ),
  ],
  [
    "startup daemon serve service systemd boot",
    habitInWords(
      "agents start at boot by themselves, after loginctl enable-linger; fleet watch --install runs the watch as a service",
    ),
  ],
  [
    "cron crontab schedule timer",
    habitInWords("write schedule: of the agent in fleet.yaml, then run fleet apply: its timer starts it"),
  ],
  [
    "build pull push publish",
    habitInWords(
      "there is nothing to build: fleet apply does everything; fleet watch --source FILE takes fleet.yaml from a Git repository",
    ),
  ],
  ["tree deps dependencies", use("fleet graph", "draws the agents and the order of their starts")],
  [
    "workspace namespace context",
    habitInWords("each fleet is a file of its own, with a name: fleet plan -f FILE"),
  ],
  [
    "worktrees checkout branch",
    habitInWords("worktree: in fleet.yaml gives each agent one; fleet worktree list shows them"),
  ],
];

const byWord: ReadonlyMap<string, Habit> = new Map(
  commandHabits.flatMap(([each, habit]) => each.split(" ").map((word) => [word, habit] as const)),
);

/** Returns the meaning of another tool's command here, or undefined for a word of no known tool. */
export function habitOf(word: string): Habit | undefined {
  return byWord.get(word.toLowerCase());
}

/** All words of the table. */
export const habitWords: readonly string[] = [...byWord.keys()];
