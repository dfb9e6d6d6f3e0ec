/** A program that runs next to the command of an agent. */
export interface ExecOrder {
  readonly agent: string;
  /** Absolute path of the agent's control group in the file system. */
  readonly group: string;
  /** Absolute path of the script that exports the variables. */
  readonly variables: string;
  /** Absolute. */
  readonly workdir: string;
  /** The program and its arguments; not empty. */
  readonly words: readonly string[];
}

/** The way of a program into the control group of an agent. */
export type ExecWay =
  /** This process may put its children there: cgroups(7) asks for a common group it can write to. */
  | { readonly kind: "direct" }
  /** systemd starts the program as the unit `unit`, and it goes on from there: a login session may not do more. */
  | {
      readonly kind: "unit";
      readonly unit: string;
      readonly hasTerminal: boolean;
      /** Absolute path of the file for the end of the program, as systemd.exec(5) has it in $EXIT_CODE and $EXIT_STATUS. */
      readonly endFile: string;
    };

/** A program with its arguments. */
export interface ProgramCall {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * The steps into an agent, as a line for sh: the variables, the control group, the workdir. `env -i` runs it, so nothing
 * of the caller or of the user manager is left in the environment.
 */
const steps = [
  `. "$1" || exit 126`,
  `rm -f -- "$1"`,
  `echo 0 >"$2/cgroup.procs" || exit 126`,
  `cd -- "$3" || exit 126`,
  "shift 3",
  `exec "$@"`,
].join("\n");

/**
 * Waits until systemd has an answer, and then becomes its arguments, as a line for sh. systemd before 255 also puts a
 * new process into its unit's group itself, after the fork, and answers nobody in between. On a busy machine, that came
 * after the steps above, and took the program out of the agent again (seen).
 */
const afterSystemd = 'systemctl --user show --property=MainPID "$0" >/dev/null 2>&1; exec "$@"';

/** Returns the program to start for an order. */
export function execProgram(
  { agent, group, variables, workdir, words }: ExecOrder,
  way: ExecWay,
): ProgramCall {
  const own = ["-i", "sh", "-c", steps, "sh", variables, group, workdir, ...words];
  if (way.kind === "direct") return { file: "env", args: own };
  const channel = way.hasTerminal ? "--pty" : "--pipe";
  const named = [`--unit=${way.unit}`, `--description=fleet exec in agent ${agent}`];
  const ending = [
    `--setenv=FLEET_EXEC_END=${way.endFile}`,
    `--property=ExecStopPost=/bin/sh -c 'echo "$EXIT_CODE $EXIT_STATUS" >"$FLEET_EXEC_END"'`,
  ];
  const options = ["--user", "--quiet", "--collect", "--wait", channel, ...named, ...ending];
  const inUnit = ["sh", "-c", afterSystemd, way.unit, "env", ...own];
  // systemd expands $NAME and ${NAME} in the words of a unit, and reads $$ as $ (systemd.service(5), "Command lines").
  return {
    file: "systemd-run",
    args: [...options, "--", ...inUnit.map((word) => word.replaceAll("$", "$$$$"))],
  };
}

/**
 * Returns the signal at the end of a program, such as `SIGINT`, from the text of its end file; undefined if it exited.
 * systemd-run itself exits with 0 for a program ended by SIGINT, as for a daemon.
 */
export function signalIn(end: string): string | undefined {
  const signal = /^(?:killed|dumped) (\w+)$/m.exec(end)?.[1];
  return signal === undefined ? undefined : `SIG${signal}`;
}

/** Variables that sh sets itself, or refuses to change. */
const ofShell = new Set(
  "PWD OLDPWD PPID IFS OPTIND UID EUID GROUPS SHELLOPTS BASHOPTS BASH_VERSINFO _".split(" "),
);
/** Variables that say how large a terminal is. They belong to the terminal of the agent. */
const ofTerminal = new Set("TERM COLORTERM TERM_PROGRAM TERM_PROGRAM_VERSION COLUMNS LINES".split(" "));

/**
 * Returns a script that exports the variables of an agent, as bytes in latin1: values may be any bytes. The variables
 * about the terminal are those of the caller.
 */
export function variablesScript(
  agents: ReadonlyMap<string, string>,
  callers: Readonly<Record<string, string | undefined>>,
): string {
  const own = [...agents].filter(([name]) => !ofTerminal.has(name) && !ofShell.has(name));
  const terminal = ["TERM", "COLORTERM"].flatMap((name) => {
    const value = callers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return [...own, ...terminal]
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join("");
}
