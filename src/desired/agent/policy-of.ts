import type { AgentConfig } from "../../config/types.ts";
import { defaultPolicy, type Policy } from "../marks/policy.ts";

/** Returns the policy of an entry of fleet.yaml, with the defaults for missing keys. */
export function policyOf({ onChange, idleAfter }: AgentConfig): Policy {
  return {
    onChange: onChange ?? defaultPolicy.onChange,
    idleAfterMs: idleAfter ?? defaultPolicy.idleAfterMs,
  };
}
