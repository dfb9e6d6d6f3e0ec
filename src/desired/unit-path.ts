import { join } from "node:path/posix";
import type { Machine } from "../machine/machine.ts";

/**
 * Returns the user manager's folders for units and drop-ins; the first one wins (systemd.unit(5), "User Unit
 * Search Path"). The first four belong to programs: `systemctl set-property` and transient units write there.
 */
export function unitPathOf({ home, configHome, runtimeDir }: Machine): readonly string[] {
  const runtime = join(runtimeDir, "systemd");
  return [
    join(configHome, "systemd/user.control"),
    join(runtime, "user.control"),
    join(runtime, "transient"),
    join(runtime, "generator.early"),
    join(configHome, "systemd/user"),
    "/etc/xdg/systemd/user",
    "/etc/systemd/user",
    join(runtime, "user"),
    "/run/systemd/user",
    join(runtime, "generator"),
    join(home, ".local/share/systemd/user"),
    "/usr/local/share/systemd/user",
    "/usr/share/systemd/user",
    "/usr/local/lib/systemd/user",
    "/usr/lib/systemd/user",
    join(runtime, "generator.late"),
  ];
}

/**
 * Returns the names of a unit's `NAME.d/*.conf` folders, the most specific first: the unit, its template,
 * each beginning of its name ending with a dash, and all units of the type (systemd.unit(5); seen with
 * systemd 252).
 */
export function dropInNames(unit: string): readonly string[] {
  const { prefix, instance, type } = unitParts(unit);
  const prefixes = [prefix, ...dashedPrefixes(prefix)];
  const instances = instance === "" ? [] : prefixes.map((each) => `${each}@${instance}.${type}`);
  const templates = instance === undefined ? [] : prefixes.map((each) => `${each}@.${type}`);
  const plain = (instance === undefined ? prefixes : prefixes.slice(1)).map((each) => `${each}.${type}`);
  return [...(instance === undefined ? [] : instances), ...templates, ...plain, type];
}

interface UnitNameParts {
  readonly prefix: string;
  /** Empty for a template, undefined for a unit without instances. */
  readonly instance: string | undefined;
  readonly type: string;
}

function unitParts(unit: string): UnitNameParts {
  const dot = unit.lastIndexOf(".");
  const name = unit.slice(0, dot);
  const at = name.indexOf("@");
  const type = unit.slice(dot + 1);
  if (at < 0) return { prefix: name, instance: undefined, type };
  return { prefix: name.slice(0, at), instance: name.slice(at + 1), type };
}

/** Returns the prefixes of a name: `a-b-c` → `a-b-`, `a-`. */
function dashedPrefixes(prefix: string): readonly string[] {
  const found: string[] = [];
  for (let at = prefix.lastIndexOf("-"); at > 0; at = prefix.lastIndexOf("-", at - 1)) {
    if (at < prefix.length - 1) found.push(prefix.slice(0, at + 1));
  }
  return found;
}
