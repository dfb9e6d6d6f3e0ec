import type { LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Ledger } from "../form/ledger.ts";
import { entryOf, numberOf, textAt, firstValue, wordSet } from "../form/nodes.ts";

const policies: Readonly<Record<string, string>> = {
  no: "no",
  false: "no",
  always: "always",
  on_failure: "on-failure",
  exit_on_failure: "no",
};
const known = wordSet("restart max_restarts backoff_seconds");

/** Reads `availability` as `restart`; undefined for the policy `no` of the defaults. */
export function readAvailability(value: LocatedNode, ledger: Ledger): WrittenValue | undefined {
  const availability = firstValue(value, "availability");
  if (availability?.kind !== "map") return undefined;
  for (const entry of availability.entries) {
    if (entry.key === "exit_on_end" || entry.key === "exit_on_skipped")
      ledger.lose("ends-project", entry, entry.key);
    else if (!known.has(entry.key)) ledger.lose("unknown-key", entry, `availability.${entry.key}`);
  }
  const word = textAt(availability, "restart");
  const at = entryOf(availability, "restart");
  if (word?.includes("$")) {
    ledger.lose("variable", at, `availability.restart ${word}`);
    return undefined;
  }
  if (word === "exit_on_failure") ledger.lose("ends-project", at, "exit_on_failure");
  const policy = word === undefined ? "no" : Object.hasOwn(policies, word) ? policies[word] : undefined;
  if (policy === undefined) ledger.lose("unknown-key", at, `availability.restart ${word}`);
  if (policy === undefined || policy === "no") return undefined;
  const delay = numberOf(firstValue(availability, "backoff_seconds"));
  const most = numberOf(firstValue(availability, "max_restarts"));
  const isLimited = most !== undefined && most > 0;
  if (isLimited)
    ledger.note("limit-in-a-day", entryOf(availability, "max_restarts"), String(most), String(most + 1));
  return {
    policy,
    ...(delay === undefined ? {} : { delay: `${Math.ceil(delay)}s` }),
    ...(isLimited ? { limit: most + 1, window: "1d" } : {}),
  };
}
