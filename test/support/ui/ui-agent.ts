import type { UiAgent } from "../../../src/ui/protocol.ts";

/** Returns a row of the page: a running agent without anything special, except for `fields`. */
export function uiAgentOf(fields: Partial<UiAgent>): UiAgent {
  return {
    name: "coder",
    host: null,
    isService: false,
    desired: "running",
    labels: {},
    state: "running",
    stateText: "running",
    activity: null,
    since: 1,
    restarts: 0,
    attached: 0,
    viewers: 0,
    quietSince: null,
    memoryBytes: null,
    processorShare: null,
    action: "none",
    pending: null,
    attention: 0,
    isSuspended: false,
    isFrozen: false,
    ...fields,
  };
}
