import { environmentOf } from "../../desired/env/env-file-entries.ts";
import { logVariable } from "../../desired/log-setting.ts";
import { readMark, withoutPolicy } from "../../desired/marks/file-mark.ts";
import { defaultPolicy, isCoveredBy } from "../../desired/marks/policy.ts";
import { windowsVariable } from "../../desired/windows/windows.ts";
import type { DesiredFile } from "../../desired/types.ts";

/**
 * Returns true if an agent's file needs no write. Env files of a version before 0.1.0 record no policy. Such
 * a file counts as the default policy, and is written for the policy alone only if fleet.yaml protects the
 * agent more than that: so an upgrade leaves the agents' files alone.
 */
export function isAsWanted(wanted: DesiredFile, content: string): boolean {
  if (content === wanted.content) return true;
  if (wanted.role !== "env" || content !== withoutPolicy(wanted.content)) return false;
  return isCoveredBy(readMark(wanted.content)?.policy ?? defaultPolicy, defaultPolicy);
}

/** Returns the fields of fleet.yaml in which two env files differ, but without effect on the agent. */
export function changedMarkFields(before: string, after: string): readonly string[] {
  const [old, wanted] = [fieldsIn(before), fieldsIn(after)];
  return markFields.filter((field) => old[field] !== wanted[field]);
}

/** Fields of fleet.yaml in an env file no configuration mark contains. */
export const markFields = ["onChange", "idleAfter", "protect", "log", "windows"] as const;

const windowsLine = new RegExp(`^${windowsVariable}=`, "m");

const logLine = new RegExp(`^${logVariable}=.*$`, "m");

function fieldsIn(content: string): Readonly<Record<(typeof markFields)[number], unknown>> {
  const mark = readMark(content);
  const { onChange, idleAfterMs } = mark?.policy ?? defaultPolicy;
  const log = logLine.exec(content)?.[0];
  const windows = windowsLine.test(content) ? environmentOf(content).get(windowsVariable) : undefined;
  return { onChange, idleAfter: idleAfterMs, protect: mark?.protect ?? false, log, windows };
}
