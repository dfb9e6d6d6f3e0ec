import { dirname } from "node:path/posix";
import { watchUnitPath } from "../desired/watch-service.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { userUnitDir } from "../drivers/systemd/unit-path.ts";
import type { Plan } from "../plan/types.ts";
import type { Machine } from "../system/machine.ts";
import type { Target } from "./perform-call.ts";

/**
 * Fails where the running user manager reads its user's units from another directory than the fleet's. Asked only where
 * that is likely, or where nothing shows yet that it is not so: in the plan that installs the fleet.
 */
export async function checkUnitPath(
  { shared, actions }: Plan,
  { layout, exec }: Target,
  machine: Machine,
): Promise<Result<void>> {
  const installs = shared.some(
    ({ role, reason }) => role === "template" && (reason === "new" || reason === "file-missing"),
  );
  const service = watchUnitPath(layout);
  const installsWatch = actions.some(({ kind, target }) => kind === "write-file" && target === service);
  if (!machine.configHomeIsCustom && !installs && !installsWatch) return ok(undefined);
  const found = await userUnitDir(exec);
  if (!found.ok) return found;
  if (found.value === undefined || found.value === layout.unitDir) return ok(undefined);
  return fail("unit-path-mismatch", `the user manager does not read units from ${layout.unitDir}`, {
    detail: `It was started with another XDG_CONFIG_HOME, and reads them from ${found.value}. Nothing was changed.`,
    hint: machine.configHomeIsCustom
      ? "unset XDG_CONFIG_HOME; or have the manager started with it (`sudo systemctl edit user@$UID.service`)"
      : `export XDG_CONFIG_HOME=${dirname(dirname(found.value))}`,
  });
}
