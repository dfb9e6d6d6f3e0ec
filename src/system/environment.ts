import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path/posix";
import { normalizePath } from "../text/paths.ts";
import type { Machine } from "../machine/machine.ts";
import { realPathIfPresent } from "./lasting-path.ts";

/**
 * Returns the account of this process, from its environment. Uses the password database if $HOME is no
 * absolute path.
 *
 * All spellings of one home give the same paths, because agents start with them: the spelling of the password
 * database if $HOME leads to the same folder, and the real path of $HOME otherwise. On some systems $HOME is
 * /home/x in one place and /var/home/x in another (ublue-os/bazzite#555).
 */
export function localMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const spelled = absoluteFolder(env["HOME"]) ?? userInfo().homedir;
  const home = oneHome(spelled);
  const uid = process.getuid?.() ?? 0;
  // The base directory specification has relative paths ignored.
  const custom = normalizedFolder(env["XDG_CONFIG_HOME"]);
  const standard = join(home, ".config");
  const isCustom = custom !== undefined && custom !== standard && !leadTogether(custom, standard);
  return {
    home,
    ...(spelled === home ? {} : { homeAsSpelled: spelled }),
    uid,
    configHome: isCustom ? custom : standard,
    configHomeIsCustom: isCustom,
    cacheHome: normalizedFolder(env["XDG_CACHE_HOME"]) ?? join(home, ".cache"),
    stateHome: normalizedFolder(env["XDG_STATE_HOME"]),
    runtimeDir: normalizedFolder(env["XDG_RUNTIME_DIR"]) ?? `/run/user/${uid}`,
  };
}

function oneHome(spelled: string): string {
  const real = realPathIfPresent(spelled);
  const recorded = recordedHome();
  if (real === undefined) return normalizePath(spelled);
  return recorded !== undefined && realPathIfPresent(recorded) === real ? normalizePath(recorded) : real;
}

/** Returns the home in the password database; undefined for an account without an entry. */
function recordedHome(): string | undefined {
  try {
    return absoluteFolder(userInfo().homedir);
  } catch {
    return undefined;
  }
}

function leadTogether(path: string, other: string): boolean {
  const real = realPathIfPresent(path);
  return real !== undefined && real === realPathIfPresent(other);
}

/** Returns the name of the caller, for messages to others; undefined for an account without a name. */
export function invokingUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // a uid without an entry in the password database
  }
}

function absoluteFolder(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function normalizedFolder(path: string | undefined): string | undefined {
  const found = absoluteFolder(path);
  return found === undefined ? undefined : normalizePath(found);
}

/** The variables of a tmux around this process. With the first, tmux refuses to attach; the last moves its sockets. */
export const tmuxVariables = ["TMUX", "TMUX_PANE", "TMUX_TMPDIR"] as const;
