import { stringify } from "yaml";

/** Returns a value of JSON as YAML, each text on one line. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });
}
