import type { Desired } from "../../../src/desired/types.ts";
import type { Inputs } from "../../../src/desired/inputs.ts";
import type { Observed, ObservedFile, ObservedPane, ObservedUnit } from "../../../src/observed/types.ts";

const now = Date.UTC(2026, 0, 1);

/**
 * Returns a machine on which a fleet was applied an hour ago, and all agents run. Made without a walk through the
 * actions of a plan, which the model of a machine does one by one: for fleets of thousands.
 */
export function settledMachine(desired: Desired, inputs: Inputs): Observed {
  const { layout, shared, agents, unitsDigest } = desired;
  const files = new Map<string, ObservedFile>();
  const units = new Map<string, ObservedUnit>();
  const run = (name: string): Map<string, ObservedUnit> =>
    units.set(name, { name, load: "loaded", active: "active", sub: "running" });
  const write = ({ path, content, mode }: Desired["shared"][number]): Map<string, ObservedFile> =>
    files.set(path, { kind: "file", content, mode, modifiedMs: now - 3_600_000 });
  for (const file of shared) write(file);
  run(layout.holderUnit);
  for (const { env, dropIn, link, unit } of agents) {
    write(env);
    if (dropIn !== undefined) write(dropIn);
    if (link !== undefined) files.set(link.path, { kind: "link", target: link.target });
    run(unit);
  }
  const panes = agents.map(({ name, unit, config }, index): ObservedPane => ({
    id: `%${index}`,
    pid: 1_000 + index,
    dead: false,
    sessionId: `$${index}`,
    sessionName: name,
    sessionUnit: unit,
    attached: 0,
    activity: now / 1000 - 3_600,
    agent: name,
    config,
    units: unitsDigest,
  }));
  return {
    now,
    units,
    tmux: { kind: "server", pid: 999, unit: layout.holderUnit, panes },
    files,
    runtime: new Map(
      agents.map(({ name }) => [name, { startedMs: now - 3_600_000, exitStatus: undefined, restarts: 0 }]),
    ),
    inputs,
    reloadPending: false,
    selfUnit: undefined,
  };
}
