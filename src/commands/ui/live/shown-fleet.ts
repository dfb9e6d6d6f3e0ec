import { version } from "../../../desired/version.ts";
import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { uiAgent, uiFleet, uiProblem } from "../../../report/ui/fleet-rows.ts";
import type { StatusRow } from "../../../report/table/table-row.ts";
import type { UiAgent, UiState } from "../../../ui/protocol.ts";
import type { StatusLook } from "../../status/look.ts";
import type { OtherHosts } from "./other-hosts.ts";

/** The fleet as its pages show it: the last look at this machine, and the rows of the others. */
export interface ShownFleet {
  /** Returns the last look; undefined before the first one. */
  look(): StatusLook | undefined;
  /** Shows a new look. `host` is the name of this machine in fleet.yaml; null without hosts. */
  take(look: StatusLook, host: string | null): void;
  /** Shows a newer reading of the last look, with the time of its figures, unless fleet.yaml has problems. */
  renew(look: StatusLook, figuresAt?: number): void;
  /** Shows problems above the rows of the last look. */
  fail(diagnostics: readonly Diagnostic[]): void;
  /** Shows a fleet that has no agent on this machine. */
  showElsewhere(fleet: string): void;
  /** Shows the present rows of all machines again. */
  publish(): void;
  forget(): void;
}

/** Shows the fleet of a file by `show`. `others` returns the other machines. */
export function createShownFleet(
  path: string,
  show: (state: UiState) => void,
  others: () => OtherHosts | undefined,
): ShownFleet {
  let look: StatusLook | undefined;
  /** The time of the figures in `look`, ms since the epoch. */
  let figuresAt = 0;
  /** This machine alone. */
  let state: UiState | undefined;
  /** The rows of readings at the time of the figures: a glance at one unit makes one row. */
  let rows = new WeakMap<StatusRow, UiAgent>();
  let rowsAt = 0;

  function update(next: UiState): void {
    state = next;
    publish();
  }

  function publish(): void {
    if (state === undefined) return;
    const elsewhere = others();
    if (elsewhere === undefined) return show(state);
    const { fleet, agents } = state;
    // A machine whose name does not tell which host it is may be in the list.
    const hosts = elsewhere.hosts().filter(({ name }) => name !== fleet.host);
    const further = elsewhere.agents().filter(({ host }) => host !== fleet.host);
    show({ fleet: { ...fleet, hosts }, agents: [...agents, ...further] });
  }

  function rowsOfLook({ status }: StatusLook): readonly UiAgent[] {
    const known = new Map(state?.agents.map((agent) => [agent.name, agent]));
    if (rowsAt !== figuresAt) rows = new WeakMap();
    rowsAt = figuresAt;
    return status.agents.map((reading) => {
      const before = known.get(reading.name);
      const row = rows.get(reading) ?? withFigures(uiAgent(reading, figuresAt, before), before);
      rows.set(reading, row);
      return row;
    });
  }

  return {
    look: () => look,
    take(seen, host) {
      [look, figuresAt] = [seen, seen.now];
      const fleet = uiFleet(seen.status, { file: path, host, version, seenAt: seen.now });
      update({ fleet, agents: rowsOfLook(seen) });
    },
    renew(newer, at = figuresAt) {
      if (state === undefined || state.fleet.problems.length > 0) return;
      [look, figuresAt] = [newer, at];
      update({ ...state, agents: rowsOfLook(newer) });
    },
    fail(diagnostics) {
      const problems = diagnostics.filter(({ severity }) => severity === "error").map(uiProblem);
      const fleet = state?.fleet ?? { ...unseen, file: path, version };
      update({ agents: state?.agents ?? [], fleet: { ...fleet, problems } });
    },
    showElsewhere(name) {
      const fleet = { ...unseen, fleet: name, file: path, version, problems: [], seenAt: Date.now() };
      update({ fleet, agents: [] });
    },
    publish,
    forget() {
      [look, state] = [undefined, undefined];
    },
  };
}

/** The fleet before its first good observation. */
const unseen = {
  fleet: "",
  host: null,
  hosts: [],
  watch: null,
  holder: "unknown",
  notes: [],
  seenAt: null,
} as const;

/** Returns a row of a new look with the processor share of the last refresh, so it does not flicker. */
function withFigures(row: UiAgent, before: UiAgent | undefined): UiAgent {
  return { ...row, processorShare: row.processorShare ?? before?.processorShare ?? null };
}
