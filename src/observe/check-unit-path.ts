import { dirname } from "node:path/posix";
import type { Layout } from "../desired/layout.ts";
import { uiUnit } from "../desired/files/ui-service.ts";
import { servicePlace, watchUnit } from "../desired/files/watch-service.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { userUnitDir } from "../drivers/systemd/unit-path.ts";
import type { Plan } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";
import type { Machine } from "../machine/machine.ts";

/** The layout of the fleet, and the port to ask the machine through. */
interface FleetOnMachine {
  readonly layout: Layout;
  readonly exec: Exec;
}

/**
 * Characters a path in a unit cannot have: systemd 252 takes no quote, backslash or control character in
 * the path of a program ("Executable name contains special characters"), and reads `EnvironmentFile=` as a
 * glob with braces.
 */
// oxlint-disable-next-line no-control-regex -- \p{Cc} takes V8 0.1 ms to read
const unusable = /["'\\*?[\]{}\x00-\x1F\x7F-\x9F]/u;

/**
 * Fails if no unit can name the fleet's files, or if the running user manager reads the user's units from
 * another directory than the fleet's. Asks systemd only if another directory is likely (XDG_CONFIG_HOME is
 * set), or without evidence for the right one: in a plan that installs the fleet.
 */
export async function checkUnitPath(
  { shared, actions }: Plan,
  { layout, exec }: FleetOnMachine,
  machine: Machine,
): Promise<Result<void>> {
  const configHome = dirname(dirname(layout.unitDir));
  const [character] = unusable.exec(configHome) ?? [];
  if (character !== undefined) return unusablePath(configHome, character);
  const installs = shared.some(
    ({ role, reason }) => role === "template" && (reason === "new" || reason === "file-missing"),
  );
  const services = [watchUnit(layout), uiUnit(layout)].map((unit) => servicePlace(layout, unit).path);
  const installsService = actions.some(
    ({ kind, target }) => kind === "write-file" && services.includes(target),
  );
  if (!machine.configHomeIsCustom && !installs && !installsService) return ok(undefined);
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

function unusablePath<T>(configHome: string, character: string): Result<T> {
  const shown = /\p{Cc}/u.test(character) ? "a control character" : `the character ${character}`;
  return fail("unit-path-mismatch", `systemd cannot run the fleet's script from ${configHome}`, {
    detail: `The path holds ${shown}, which no unit can have in the path of a program or of an env file. Nothing was changed.`,
    hint: "use a configuration directory without such a character: set XDG_CONFIG_HOME, for the user manager too (`sudo systemctl edit user@$UID.service`)",
  });
}
