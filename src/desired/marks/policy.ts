import type { AgentConfig, OnChange } from "../../config/types.ts";

/** The limits for apply on a working agent: `onChange` and `idleAfter` of fleet.yaml. */
export interface Policy {
  readonly onChange: OnChange;
  readonly idleAfterMs: number;
}

/** The default of fleet.yaml, also for an agent without a policy in its env file. */
export const defaultPolicy: Policy = { onChange: "when-idle", idleAfterMs: 60_000 };

/** Returns the policy of an entry of fleet.yaml, with the defaults for missing keys. */
export function policyOf({ onChange, idleAfter }: AgentConfig): Policy {
  return {
    onChange: onChange ?? defaultPolicy.onChange,
    idleAfterMs: idleAfter ?? defaultPolicy.idleAfterMs,
  };
}

/** Returns the fields for a policy in an env file's mark. The mark outlives the declaration of the agent. */
export function formatPolicy({ onChange, idleAfterMs }: Policy): string {
  return `onChange=${onChange} idleAfter=${idleAfterMs}ms`;
}

/** Parses the fields of formatPolicy, by their names in lower case; undefined for anything else. */
export function parsePolicy(fields: ReadonlyMap<string, string>): Policy | undefined {
  const onChange = fields.get("onchange");
  const [, ms] = /^(\d+)ms$/.exec(fields.get("idleafter") ?? "") ?? [];
  return isOnChange(onChange) && ms !== undefined ? { onChange, idleAfterMs: Number(ms) } : undefined;
}

/** The wait of an agent with each choice, the longest last. */
const patienceOf: Readonly<Record<OnChange, number>> = { restart: 0, "when-idle": 1, keep: 2 };

function isOnChange(word: string | undefined): word is OnChange {
  return word !== undefined && Object.hasOwn(patienceOf, word);
}

/** Returns true if the wait of `other` is at least as long as the wait of `policy`. */
export function isCoveredBy(policy: Policy, other: Policy): boolean {
  const [own, others] = [patienceOf[policy.onChange], patienceOf[other.onChange]];
  if (own !== others) return own < others;
  return policy.onChange !== "when-idle" || policy.idleAfterMs <= other.idleAfterMs;
}

/** Returns the policy with the longer wait. */
export function strictest(one: Policy, other: Policy): Policy {
  return isCoveredBy(one, other) ? other : one;
}
