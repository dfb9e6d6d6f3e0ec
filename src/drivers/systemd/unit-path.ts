import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/**
 * Returns the directory of the user's units for the running user manager: below the XDG_CONFIG_HOME that it
 * was started with. In UnitPath= only generated directories come before it (systemd.unit(5)).
 */
export async function userUnitDir(exec: Exec): Promise<Result<string | undefined>> {
  const shown = await readSystemctl(exec, ["show", "--property=UnitPath", "--value"]);
  if (!shown.ok) return shown;
  return ok(parsePaths(shown.value).find((path) => path.endsWith("/systemd/user")));
}

/**
 * Parses a list of paths as `systemctl show --value` prints it: separated by spaces, and in double quotes if
 * a path holds more than plain characters. In quotes, a backslash escapes `"`, `\`, `$` and a backquote
 * (shell_maybe_quote() of systemd 252).
 */
export function parsePaths(line: string): readonly string[] {
  const words = line.trim().matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gs);
  return [...words].map(([, quoted, plain = ""]) => quoted?.replaceAll(/\\(.)/gs, "$1") ?? plain);
}
