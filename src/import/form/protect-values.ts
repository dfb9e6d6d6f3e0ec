import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import { hasPlaceholder, protectPlaceholders } from "../../config/entries/placeholders.ts";
import type { ImportedFleet } from "./imported.ts";

type ProtectedKeys = Readonly<Record<string, WrittenValue>>;

/** The keys of fleet.yaml with placeholders. */
const filled: ReadonlySet<string> = new Set(["command", "workdir", "description", "env", "envFiles"]);

/**
 * Returns an imported fleet whose values mean the same in fleet.yaml, which has placeholders such as `{name}`. Returns the
 * same value if there are none.
 */
export function withProtectedValues(fleet: ImportedFleet): ImportedFleet {
  if (!hasPlaceholder(JSON.stringify([fleet.defaults, fleet.agents]))) return fleet;
  return {
    ...fleet,
    defaults: protectedKeys(fleet.defaults),
    agents: fleet.agents.map((agent) => ({ ...agent, keys: protectedKeys(agent.keys) })),
  };
}

function protectedKeys(keys: ProtectedKeys): ProtectedKeys {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [key, filled.has(key) ? protectedValue(value) : value]),
  );
}

function protectedValue(value: WrittenValue): WrittenValue {
  if (typeof value === "string") return protectPlaceholders(value);
  if (Array.isArray(value)) return value.map(protectedValue);
  if (typeof value !== "object" || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, protectedValue(each)]));
}
