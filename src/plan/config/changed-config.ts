import { changedFields, type ConfigMark } from "../../desired/marks/config-mark.ts";
import type { Change, Reason } from "../types.ts";

const reasonOfField: ReadonlyMap<string, Reason> = new Map([
  ["command", "command-changed"],
  ["runtime", "runtime-changed"],
  ["workdir", "workdir-changed"],
  ["envFiles", "env-files-changed"],
]);

/** Why two configurations differ: one reason where one kind of field does, with the fields as detail. */
export function changedConfig(before: ConfigMark, after: ConfigMark): Change {
  const fields = changedFields(before, after);
  const reasons = new Set(fields.map(reasonOf));
  const [only, ...others] = reasons;
  return {
    reason: only === undefined || others.length > 0 ? "config-changed" : only,
    detail: fields.length > 0 ? fields.join(", ") : undefined,
  };
}

function reasonOf(field: string): Reason {
  return field.startsWith("env.") ? "env-changed" : (reasonOfField.get(field) ?? "config-changed");
}
