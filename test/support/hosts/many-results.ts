import type { HostResult } from "../../../src/hosts/host-result.ts";

/** The names of 100 hosts. */
export const hosts = Array.from({ length: 100 }, (_, at) => `build${at + 1}`);

/** Returns the result of a host that printed one value as JSON. */
export function resultOf(
  host: string,
  value: object,
  end: HostResult["end"] = { name: "done", code: 0 },
): HostResult {
  return { host, end, facts: undefined, frames: [{ kind: "json", value }] };
}
