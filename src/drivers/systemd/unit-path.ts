import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/**
 * Returns the directory from which the running user manager reads the units of its user: below the XDG_CONFIG_HOME that
 * it was started with. In UnitPath= only directories that programs write to come before it (systemd.unit(5)).
 */
export async function userUnitDir(exec: Exec): Promise<Result<string | undefined>> {
  const shown = await readSystemctl(exec, ["show", "--property=UnitPath", "--value"]);
  if (!shown.ok) return shown;
  return ok(parsePaths(shown.value).find((path) => path.endsWith("/systemd/user")));
}

/**
 * Reads a list of paths as `systemctl show --value` prints it: with a space between each two, and a path that holds more
 * than plain characters in double quotes, where a backslash stands before `"`, `\`, `$` and a backquote
 * (shell_maybe_quote() of systemd 252).
 */
export function parsePaths(line: string): readonly string[] {
  const words = line.trim().matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gs);
  return [...words].map(([, quoted, plain = ""]) => quoted?.replaceAll(/\\(.)/gs, "$1") ?? plain);
}
