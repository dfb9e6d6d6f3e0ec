import { waits, type FleetFile } from "./fleet.ts";

/** Returns a fleet of so many agents. The first has the variable TURN. */
export function fleetOf(count: number, turn: string): FleetFile {
  const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`);
  return {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: Object.fromEntries(
      names.map((name, index) => [name, index === 0 ? { env: { TURN: turn } } : {}]),
    ),
  };
}
