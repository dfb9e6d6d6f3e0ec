import type { LocatedEntry, LocatedNode } from "../../config/yaml/located-nodes.ts";
import { isSecretName } from "../../secrets/names.ts";
import { isSecretValue } from "../../secrets/values.ts";
import type { World } from "./imported.ts";
import type { At, Ledger } from "./ledger.ts";
import { isNull, itemsOf, nodeText } from "./nodes.ts";
import { literalValue } from "./places.ts";

/** A variable of the environment. */
export type NamedValue = readonly [name: string, value: string];

/** Returns the variable of NAME=value; undefined for any other text. */
export function assignmentIn(text: string): NamedValue | undefined {
  const { name, value } = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  return name === undefined || value === undefined ? undefined : [name, value];
}

/**
 * Returns the variables of a map or of a list of NAME=value. Leaves out the variables the tool would take from its own
 * environment, and tells of them and of secrets. Never tells a value.
 */
export function variablesOf(
  node: LocatedNode | undefined,
  world: World,
  ledger: Ledger,
): readonly NamedValue[] {
  if (node?.kind === "map") return node.entries.flatMap((entry) => ofEntry(entry, world, ledger));
  return itemsOf(node).flatMap((item): readonly NamedValue[] => {
    const pair = assignmentIn(nodeText(item) ?? "");
    if (pair === undefined) {
      ledger.lose("no-variable", item, "environment");
      return [];
    }
    return checkedVariable(...pair, item, world, ledger);
  });
}

function ofEntry(entry: LocatedEntry, world: World, ledger: Ledger): readonly NamedValue[] {
  const text = nodeText(entry.value);
  if (text !== undefined) return checkedVariable(entry.key, text, entry, world, ledger);
  ledger.lose(isNull(entry.value) ? "unset-variable" : "no-variable", entry, entry.key);
  return [];
}

function checkedVariable(
  name: string,
  text: string,
  at: At,
  world: World,
  ledger: Ledger,
): readonly NamedValue[] {
  const value = literalValue(text, world);
  if (value === undefined) {
    ledger.lose("variable-in-env", at, name, defaultOf(name, text));
    return [];
  }
  if (value !== text) ledger.note("home-in-env", at, name);
  if (isSecretName(name) || isSecretValue(value)) ledger.note("secret-in-env", at, name);
  return [[name, value]];
}

/** Returns the reference without the values of secrets, to be told: `${HEALTH_PORT:-4111}`. */
function defaultOf(name: string, text: string): string | undefined {
  return isSecretName(name) || isSecretValue(text) || text.length > 80 ? undefined : text;
}
