import type { FleetFile } from "../fleet/fleet.ts";
import { linesOf } from "../fleet/state.ts";
import type { Sandbox } from "../rig/sandbox.ts";

/** Returns an agent that notes each of its starts, with the turn of the start. */
export const noting = (name: string, TURN: string) => ({
  command: `echo "$TURN" >>~/starts-${name}; echo up; exec sleep 1000`,
  env: { TURN },
});

/** Returns two agents with a change in each turn, and one without any. */
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

/** Returns the turns of an agent's starts so far. */
export async function startsOf(box: Sandbox, agent: string): Promise<readonly string[]> {
  return linesOf(await box.read(`~/starts-${agent}`));
}
