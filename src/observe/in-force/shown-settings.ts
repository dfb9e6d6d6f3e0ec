import { directives } from "../../desired/files/directives.ts";
import type { UnitSetting } from "../../desired/files/unit-settings.ts";
import type { OverrideSetting } from "../../observed/in-force.ts";

/**
 * Directives with a number, size, time or word of systemd as their value: none of them can carry a secret.
 * Some come from fleet.yaml, the others from the template.
 */
const shown = new Set([
  ...directives.filter(({ isPlain }) => isPlain).map(({ name }) => name),
  "Delegate",
  "KillMode",
  "LimitNOFILE",
  "OOMPolicy",
  "RuntimeDirectoryMode",
  "RuntimeDirectoryPreserve",
  "SendSIGHUP",
  "TimeoutStartSec",
  "Type",
]);

/** The name of the start script in a command shows whether the agent still runs in its session. */
const script = "start-agent-session.sh";

/**
 * Older spellings systemd still takes (systemd.unit(5), systemd.service(5),
 * systemd.resource-control(5)).
 */
const newNames: ReadonlyMap<string, string> = new Map([
  ["MemoryLimit", "MemoryMax"],
  ["StartLimitInterval", "StartLimitIntervalSec"],
]);

/** Returns an assignment in a form to keep and show. Leaves the value out if it may contain a secret. */
export function shownSetting({ name: given, value }: UnitSetting): OverrideSetting {
  const name = newNames.get(given) ?? given;
  if (value === "" || shown.has(name)) return { name, value };
  return { name, value: name.startsWith("Exec") && value.includes(script) ? script : undefined };
}
