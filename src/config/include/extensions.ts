import { isRecord } from "../../text/json.ts";

/**
 * Returns the value of a file without the keys beginning with `x-`, which hold parts for anchors. They may be in each
 * map with fixed keys. In `agents`, `services`, `runtimes`, `hosts`, `env` and `labels`, the keys are names.
 */
export function withoutExtensions(fleet: unknown): unknown {
  return inMap(fleet, (key, value) => {
    if (key === "agents" || key === "services" || key === "runtimes")
      return inNames(value, withoutExtensionsOfAgent);
    if (key === "hosts") return inNames(value, withoutExtensionsOfHost);
    if (key === "notify" && Array.isArray(value)) return value.map((entry: unknown) => inMap(entry));
    return key === "defaults" ? withoutExtensionsOfAgent(value) : key === "tmux" ? inMap(value) : value;
  });
}

function withoutExtensionsOfHost(host: unknown): unknown {
  return inMap(host, (key, value) => (key === "defaults" ? withoutExtensionsOfAgent(value) : value));
}

function withoutExtensionsOfAgent(agent: unknown): unknown {
  return inMap(agent, (key, value) => (key === "restart" || key === "resources" ? inMap(value) : value));
}

function inNames(value: unknown, change: (entry: unknown) => unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, change(entry)]));
}

function inMap(
  value: unknown,
  change: (key: string, value: unknown) => unknown = (_key, each) => each,
): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("x-"))
      .map(([key, each]) => [key, change(key, each)]),
  );
}
