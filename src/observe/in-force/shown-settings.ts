import { directives } from "../../desired/files/directives.ts";
import type { UnitSetting } from "../../desired/files/unit-settings.ts";
import type { OverrideSetting } from "../../observed/in-force.ts";

/**
 * Directives whose values are numbers, sizes, times or words of systemd: none of them can carry a secret. Some are written
 * by fleet.yaml, the others by the template.
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

/** By the name of the start script, a command tells whether the agent still runs in its session. */
const script = "start-agent-session.sh";

/** Older spellings that systemd still takes (systemd.unit(5), systemd.service(5), systemd.resource-control(5)). */
const newNames: ReadonlyMap<string, string> = new Map([
  ["MemoryLimit", "MemoryMax"],
  ["StartLimitInterval", "StartLimitIntervalSec"],
]);

/** An assignment as it may be kept and shown. The value is left out where somebody may have put a secret into it. */
export function shownSetting({ name: given, value }: UnitSetting): OverrideSetting {
  const name = newNames.get(given) ?? given;
  if (value === "" || shown.has(name)) return { name, value };
  return { name, value: name.startsWith("Exec") && value.includes(script) ? script : undefined };
}
