import { fieldOfDirective } from "../../desired/files/directives.ts";
import { markFields } from "../config/env-mark.ts";
import { fieldOfNeed, isNeed } from "../../desired/need.ts";
import { fieldsOfReason, type Change } from "../change.ts";

/**
 * Returns the fields of fleet.yaml behind a difference: `command`, `env.NAME`, `resources.memoryMax`, …, each
 * once.
 */
export function fieldsOfChange(change: Change): readonly string[] {
  if (change.reason === "settings-changed") {
    return [...new Set(change.names.flatMap((name) => settingOf(name) ?? []))];
  }
  if ("profiles" in change && change.profiles !== undefined) return ["profiles"];
  if ("fields" in change && change.reason !== "adopt-differs") return change.fields;
  return isNeed(change.reason) ? [fieldOfNeed[change.reason]] : fieldsOfReason[change.reason];
}

function settingOf(name: string): string | undefined {
  if (/^[a-z]\w*\.\w+$/.test(name)) return name; // of a variable for the start script
  return markFields.find((field) => field === name) ?? fieldOfDirective(name);
}
