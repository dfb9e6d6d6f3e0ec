import { changedFields, type ConfigMark } from "../../desired/marks/config-mark.ts";
import type { VariableField } from "../../desired/marks/fields.ts";
import type { Change } from "../change.ts";

type ConfigReason = Extract<
  Change,
  { readonly fields: unknown; readonly reason: `${string}-changed` }
>["reason"];

/** The reason of each field of a mark, except for those of `env`. A field without a reason does not compile. */
const reasonOfField: Readonly<Record<VariableField | "envFiles", ConfigReason>> = {
  command: "command-changed",
  runtime: "runtime-changed",
  workdir: "workdir-changed",
  envFiles: "env-files-changed",
  replica: "config-changed",
};

const knownReasons: ReadonlyMap<string, ConfigReason> = new Map(Object.entries(reasonOfField));

/** Returns why two configurations differ: one reason if one kind of field differs, with the fields. */
export function changedConfig(before: ConfigMark, after: ConfigMark): Change {
  const fields = changedFields(before, after);
  const reasons = new Set(fields.map(changeReasonOf));
  const [only, ...others] = reasons;
  return {
    reason: only === undefined || others.length > 0 ? "config-changed" : only,
    fields,
  };
}

function changeReasonOf(field: string): ConfigReason {
  return field.startsWith("env.") ? "env-changed" : (knownReasons.get(field) ?? "config-changed");
}
