import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/**
 * The directory from which the running user manager reads units that its user wrote: below the XDG_CONFIG_HOME that it
 * was started with. In UnitPath= only directories that programs write to come before it (systemd.unit(5)).
 */
export async function userUnitDir(exec: Exec): Promise<Result<string | undefined>> {
  const shown = await readSystemctl(exec, ["show", "--property=UnitPath", "--value"]);
  if (!shown.ok) return shown;
  return ok(
    shown.value
      .trim()
      .split(" ")
      .find((path) => path.endsWith("/systemd/user")),
  );
}
