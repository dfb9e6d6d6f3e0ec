import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path/posix";
import type { Machine } from "./machine.ts";

/** The account that this process runs for, from its environment. A $HOME that is no absolute path falls back to the password database. */
export function localMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  const home = absolute(env["HOME"]) ?? userInfo().homedir;
  const uid = process.getuid?.() ?? 0;
  // The base directory specification has relative paths ignored.
  const custom = absolute(env["XDG_CONFIG_HOME"]);
  const standard = join(home, ".config");
  return {
    home,
    uid,
    configHome: custom ?? standard,
    configHomeIsCustom: custom !== undefined && custom !== standard,
    cacheHome: absolute(env["XDG_CACHE_HOME"]) ?? join(home, ".cache"),
    runtimeDir: absolute(env["XDG_RUNTIME_DIR"]) ?? `/run/user/${uid}`,
  };
}

/** Who runs this, for others to read; undefined for an account without a name. */
export function invokingUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // a uid that is not in the password database
  }
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
