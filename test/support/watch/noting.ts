import type { FleetFile } from "../fleet/fleet.ts";
import { linesOf } from "../fleet/state.ts";
import type { Sandbox } from "../rig/sandbox.ts";

/** An agent that notes each of its starts, with the turn that it was started for. */
export const noting = (name: string, TURN: string) => ({
  command: `echo "$TURN" >>~/starts-${name}; echo up; exec sleep 1000`,
  env: { TURN },
});

/** Two agents that change with each turn, and one that never does. */
export function turn(number: number) {
  return {
    defaults: { onChange: "restart" },
    agents: {
      first: noting("first", `${number}`),
      second: noting("second", `${number}`),
      same: noting("same", "steady"),
    },
  } satisfies FleetFile;
}

/** For which turns an agent was started so far. */
export async function startsOf(box: Sandbox, agent: string): Promise<readonly string[]> {
  return linesOf(await box.read(`~/starts-${agent}`));
}
