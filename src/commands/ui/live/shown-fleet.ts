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
  return new PublishedFleet(path, show, others);
}

class PublishedFleet implements ShownFleet {
  readonly #path: string;
  readonly #show: (state: UiState) => void;
  readonly #others: () => OtherHosts | undefined;
  #look: StatusLook | undefined;
  /** The time of the figures in the last look, ms since the epoch. */
  #figuresAt = 0;
  /** This machine alone. */
  #state: UiState | undefined;
  /** The rows of readings at the time of the figures: a glance at one unit makes one row. */
  #rows = new WeakMap<StatusRow, UiAgent>();
  #rowsAt = 0;

  constructor(path: string, show: (state: UiState) => void, others: () => OtherHosts | undefined) {
    this.#path = path;
    this.#show = show;
    this.#others = others;
  }

  look(): StatusLook | undefined {
    return this.#look;
  }

  take(look: StatusLook, host: string | null): void {
    [this.#look, this.#figuresAt] = [look, look.now];
    const fleet = uiFleet(look.status, { file: this.#path, host, version, seenAt: look.now });
    this.#update({ fleet, agents: this.#rowsOf(look) });
  }

  renew(look: StatusLook, figuresAt = this.#figuresAt): void {
    if (this.#state === undefined || this.#state.fleet.problems.length > 0) return;
    [this.#look, this.#figuresAt] = [look, figuresAt];
    this.#update({ ...this.#state, agents: this.#rowsOf(look) });
  }

  fail(diagnostics: readonly Diagnostic[]): void {
    const problems = diagnostics.filter(({ severity }) => severity === "error").map(uiProblem);
    const fleet = this.#state?.fleet ?? { ...unseen, file: this.#path, version };
    this.#update({ agents: this.#state?.agents ?? [], fleet: { ...fleet, problems } });
  }

  showElsewhere(name: string): void {
    const fleet = { ...unseen, fleet: name, file: this.#path, version, problems: [], seenAt: Date.now() };
    this.#update({ fleet, agents: [] });
  }

  publish(): void {
    if (this.#state === undefined) return;
    const elsewhere = this.#others();
    if (elsewhere === undefined) return this.#show(this.#state);
    const { fleet, agents } = this.#state;
    // A machine whose name does not tell which host it is may be in the list.
    const hosts = elsewhere.hosts().filter(({ name }) => name !== fleet.host);
    const further = elsewhere.agents().filter(({ host }) => host !== fleet.host);
    this.#show({ fleet: { ...fleet, hosts }, agents: [...agents, ...further] });
  }

  forget(): void {
    [this.#look, this.#state] = [undefined, undefined];
  }

  #update(next: UiState): void {
    this.#state = next;
    this.publish();
  }

  #rowsOf({ status }: StatusLook): readonly UiAgent[] {
    const known = new Map(this.#state?.agents.map((agent) => [agent.name, agent]));
    if (this.#rowsAt !== this.#figuresAt) this.#rows = new WeakMap();
    this.#rowsAt = this.#figuresAt;
    return status.agents.map((reading) => {
      const before = known.get(reading.name);
      const row = this.#rows.get(reading) ?? withFigures(uiAgent(reading, this.#figuresAt, before), before);
      this.#rows.set(reading, row);
      return row;
    });
  }
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
