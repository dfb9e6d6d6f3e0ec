import { sandboxHome, type Placed } from "./placed-files.ts";
import inside from "./inside.sh";
import type { SandboxOptions } from "./options.ts";
import outside from "./outside.sh";
import session from "./session.sh";
import type { SandboxMode } from "./privileges.ts";

/** A command line with its whole environment. */
export interface SandboxCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The parts of the command line besides the options. */
export interface SandboxParts {
  readonly way: SandboxMode;
  readonly placed: readonly Placed[];
  /** True to give the command a terminal of its own. */
  readonly pty: boolean;
  /** The caller's environment; only a few variables are passed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables of the caller for the command inside. */
const passedOn = ["TERM", "COLORTERM", "LANG", "NO_COLOR", "CI"] as const;

/** The standard PATH of Debian's login shells for root: mount and its like are in sbin on some systems. */
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The PATH inside, after the additions of the options. */
const insidePath = ["/run/fleet/bin", "/usr/local/bin", "/usr/bin", "/bin"] as const;

/** A scope is the caller's own to divide, and gone with its last process. */
const scope = ["--user", "--scope", "--quiet", "--collect", "--property=Delegate=yes", "--"] as const;

/**
 * Returns the command that runs another in the sandbox. Passes the scripts as environment variables: no file
 * needs to be found, trusted or removed, and `ps` stays readable.
 */
export function buildSandboxCommand(options: SandboxOptions, parts: SandboxParts): SandboxCommand {
  const { way } = parts;
  const args = [
    "--norc", // which bash would read if its input is a socket
    "-c",
    'eval "$FLEET_SANDBOX_OUTSIDE"',
    "fleet-sandbox",
    way.kind,
    way.tree,
    ...insideArguments(options, parts),
    "--",
    ...sessionArguments(options, parts),
    "--",
    ...options.command,
  ];
  const env = {
    PATH: systemPath,
    FLEET_SANDBOX_OUTSIDE: outside,
    FLEET_SANDBOX_INSIDE: inside,
    FLEET_SANDBOX_SESSION: session,
  };
  switch (way.kind) {
    case "root":
      return { file: "bash", args, env };
    case "user":
      return {
        file: "systemd-run",
        args: [...scope, "bash", ...args],
        env: {
          ...env,
          XDG_RUNTIME_DIR: way.runtimeDir,
          DBUS_SESSION_BUS_ADDRESS: `unix:path=${way.runtimeDir}/bus`,
        },
      };
  }
}

/** Returns the arguments for outside.sh (the first) and inside.sh. */
function insideArguments(options: SandboxOptions, { way, placed, pty }: SandboxParts): string[] {
  const placing = placed.flatMap(({ how, from, to }) => [`--${how}`, from, to]);
  return [
    ...(pty ? ["--pty"] : []),
    "--way",
    way.kind,
    "--uid",
    String(options.uid ?? 1000),
    ...(options.environmentD === false ? ["--no-environment-d"] : []),
    ...placing,
  ];
}

function sessionArguments(options: SandboxOptions, { pty, env }: SandboxParts): string[] {
  const variables = Object.entries(insideEnvironment(options, env)).map(
    ([name, value]) => `--env=${name}=${value}`,
  );
  return [
    "--directory",
    options.directory ?? `${sandboxHome}/work`,
    ...(pty ? ["--pty"] : []),
    ...(options.managerLog ? ["--manager-log"] : []),
    ...variables,
  ];
}

function insideEnvironment(options: SandboxOptions, env: SandboxParts["env"]): Record<string, string> {
  const passed = passedOn.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    PATH: [...(options.path ?? []), ...insidePath].join(":"),
    ...options.env,
  };
}
