import { waits, type FleetFile } from "./fleet.ts";

/** Returns a fleet of so many agents with the same command. The first has the variable TURN. */
export function fleetOf(count: number, turn: string, command = waits): FleetFile {
  const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`);
  return {
    runtimes: { quiet: { command } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: Object.fromEntries(
      names.map((name, index) => [name, index === 0 ? { env: { TURN: turn } } : {}]),
    ),
  };
}
