import type { Exec } from "../../system/exec.ts";
import { slots, type Slots } from "../hosts/slots.ts";

/** Two ports with a bound on the calls to one tmux server that are under way. Other commands pass. */
export interface TmuxTurns {
  /** For looks and pictures. */
  readonly show: Exec;
  /** For keys, pastes and the marks of people who type: they have places of their own, and wait for no picture. */
  readonly type: Exec;
}

/** The calls of each port at a time. tmux does one after the other, so more would be processes that wait. */
export const mostCalls = 4;

/** Returns ports whose calls to one tmux server run in the order of the requests. */
export function tmuxTurns(exec: Exec): TmuxTurns {
  return { show: inTurn(exec), type: inTurn(exec) };
}

function inTurn(exec: Exec): Exec {
  const servers = new Map<string, Slots>();
  return (command, abort) => {
    if (command.file !== "tmux") return exec(command, abort);
    const server = command.args[command.args.indexOf("-L") + 1] ?? "";
    const places = servers.get(server) ?? slots(mostCalls);
    servers.set(server, places);
    return places.use(() => exec(command, abort));
  };
}
