/** A known option of another tool, and its equivalent here. */
interface OptionHabit {
  /** Long and short forms, without a value. */
  readonly options: string;
  /** Only on these commands; on all if it is left out. */
  readonly on?: string;
  readonly hint: string;
}

const optionHabits: readonly OptionHabit[] = [
  {
    options: "-y --yes",
    on: "plan diff validate status why",
    hint: "leave it out: this command changes nothing, and asks nothing",
  },
  {
    options: "--dry-run --dryrun --check --diff --noop --preview --what-if",
    hint: "fleet plan shows what apply would do, and changes nothing",
  },
  {
    options: "--auto-approve --assume-yes --non-interactive --no-confirm --no-prompt --force --confirm",
    hint: "--yes does not ask",
  },
  {
    options: "--for --duration --during",
    on: "suspend",
    hint: "use --until: it takes a duration such as 2h, or a time",
  },
  {
    options: "--profile --profiles --env --environment --overlay",
    hint: "choose profiles in fleet.yaml, with activeProfiles: [NAME]: a plan shows what that starts and stops",
  },
  {
    options: "--keep-down",
    on: "stop",
    hint: "it takes no value: --keep-down --until 2h",
  },
  {
    options: "--watch -w --follow --live --interval",
    on: "plan diff",
    hint: "fleet watch follows the fleet, and keeps it in line; to look only: fleet status --watch",
  },
  {
    options: "--watch -w --follow",
    on: "apply validate",
    hint: "fleet watch applies each save of fleet.yaml",
  },
  {
    options: "-o --output --out",
    on: "validate why diff snapshot destroy restart start stop adopt suspend resume",
    hint: "use --json for output as JSON",
  },
  {
    options: "-o --output",
    on: "plan",
    hint: "use --json for output as JSON, or --out FILE to save the plan",
  },
  { options: "-o --output", on: "apply", hint: "use --json for output as JSON" },
  {
    options: "--format",
    on: "status validate why diff apply snapshot",
    hint: "use --json for output as JSON",
  },
  {
    options: "-c --config --conf --compose-file --filename --manifest",
    hint: "name the fleet file with -f or --file",
  },
  { options: "-a -A", on: "restart start stop adopt suspend resume", hint: "--all selects all agents" },
  { options: "-a --all -A", on: "why", hint: "name one agent" },
  { options: "-a --all -A", hint: "leave it out: without names it is about all agents" },
  {
    options: "--target --only --agent --name --service --select --selector -l",
    hint: "name the agents after the command: fleet plan AGENT. Patterns such as 'worker-*' and labels with -l select several",
  },
  {
    options: "--exclude --skip",
    hint: "name the agents that are meant, or select them by labels: -l 'team!=core'",
  },
  {
    options: "--wait",
    on: "apply",
    hint: "use --wait-idle DURATION to wait for busy agents; apply waits for starts anyway",
  },
  {
    options: "--timeout --wait-timeout",
    hint: "use --lock-timeout DURATION to wait for another run; stopTimeout: in fleet.yaml is that of an agent",
  },
  { options: "--detach -d --daemon --background", hint: "leave it out: agents always run in the background" },
  {
    options: "--prune --remove-orphans",
    hint: "leave it out: apply removes agents that are no longer declared",
  },
  {
    options: "--debug --trace --log-level",
    hint: "use --verbose, which shows every action and every external command",
  },
  { options: "--silent --no-output -s", hint: "use --quiet" },
  {
    options: "--color --colour --no-colour",
    hint: "use --no-color, or set NO_COLOR; colours are for terminals only",
  },
  { options: "--version -V", hint: "fleet version prints the version" },
  { options: "--scale --replicas -n --count", hint: "write replicas: in fleet.yaml" },
  {
    options: "-p --project --project-name --namespace --fleet --socket -L",
    hint: "name: in fleet.yaml is the name of the fleet; choose the file with -f",
  },
  {
    options: "--lines --tail --since",
    hint: "fleet logs AGENT has --lines and --since",
  },
  {
    options: "--signal --sig",
    hint: "systemctl --user kill --signal=SIGNAL UNIT sends one; fleet status shows the units with --json",
  },
  { options: "--no-deps", hint: "leave it out: only the agents that are named are planned for" },
];

/** Returns the replacement for an unknown option of a command. */
export function optionHabit(command: string, option: string): string | undefined {
  return optionHabits.find(
    ({ options, on }) =>
      options.split(" ").includes(option) && (on === undefined || on.split(" ").includes(command)),
  )?.hint;
}
