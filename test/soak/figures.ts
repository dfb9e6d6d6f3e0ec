/** The totals of a walk. */
export interface Figures {
  steps: number;
  /** Steps without anything to change. */
  skipped: number;
  /** Runs of `fleet`. */
  runs: number;
  applies: number;
  kills: number;
  interruptions: number;
  drifts: number;
  /** Agents made by hand and taken over. */
  adopted: number;
  /** Commands that only read, without the plans. */
  readings: number;
  /** Runs of `fleet ui`. */
  pages: number;
  /** Runs of `fleet watch` next to fleet.yaml. */
  watches: number;
  /** Runs of `fleet watch` that follow a repository. */
  pulls: number;
  /** Applies through the list of hosts. */
  pushes: number;
  rollbacks: number;
  /** Agents whose run was ended by `fleet`, as announced. */
  interrupted: number;
  /** The number of complete looks at the machine. */
  checks: number;
}

export function figures(): Figures {
  return {
    steps: 0,
    skipped: 0,
    runs: 0,
    applies: 0,
    kills: 0,
    interruptions: 0,
    drifts: 0,
    adopted: 0,
    readings: 0,
    pages: 0,
    watches: 0,
    pulls: 0,
    pushes: 0,
    rollbacks: 0,
    interrupted: 0,
    checks: 0,
  };
}

/** Returns the figures as a line for people. */
export function figuresLine(one: Figures): string {
  return (
    `${one.steps} steps (${one.skipped} of them found nothing to do), ${one.runs} runs of fleet, ${one.applies} applies, ` +
    `${one.kills} kills, ${one.interruptions} interruptions, ${one.drifts} drifts, ${one.adopted} adoptions, ` +
    `${one.readings} readings, ${one.pages} pages, ${one.watches} watches, ${one.pulls} watches of a repository, ` +
    `${one.pushes} applies to hosts, ${one.rollbacks} rollbacks, ` +
    `${one.interrupted} agents interrupted as announced, ${one.checks} checks`
  );
}
