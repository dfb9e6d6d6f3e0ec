import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patchBetween, withPatch } from "../../src/ui/patches.ts";
import type { UiAgent, UiState } from "../../src/ui/protocol.ts";

const agent = fc.record<UiAgent>({
  name: fc.constantFrom("a", "b", "c", "d"),
  host: fc.constantFrom(null, "build1"),
  isService: fc.boolean(),
  desired: fc.constantFrom("running", "stopped", null),
  labels: fc.dictionary(fc.constantFrom("team", "repo"), fc.string(), { noNullPrototype: true }),
  state: fc.constantFrom("running", "failed"),
  stateText: fc.constantFrom("running", "failed (3)"),
  activity: fc.option(
    fc.record({ state: fc.constant("waiting" as const), reason: fc.constant(null), since: fc.nat() }),
  ),
  since: fc.option(fc.nat()),
  restarts: fc.nat(3),
  attached: fc.nat(2),
  viewers: fc.constant(0),
  quietSince: fc.option(fc.nat(3)),
  memoryBytes: fc.option(fc.nat(3)),
  processorShare: fc.constant(null),
  action: fc.constantFrom("none", "restart"),
  pending: fc.option(fc.string()),
  attention: fc.nat(3),
  isSuspended: fc.boolean(),
  isFrozen: fc.boolean(),
});

const state = fc.record<UiState>({
  fleet: fc.record({
    fleet: fc.constant("mosaic"),
    host: fc.constantFrom(null, "desk"),
    hosts: fc.array(
      fc.record({
        name: fc.constant("build1"),
        state: fc.constantFrom("asking", "reached", "unreachable"),
        seenAt: fc.option(fc.nat(3)),
        problem: fc.constant(null),
      }),
      { maxLength: 1 },
    ),
    file: fc.constant("/fleet.yaml"),
    version: fc.constant("1"),
    watch: fc.option(fc.record({ pid: fc.option(fc.nat()), isService: fc.boolean() })),
    holder: fc.constantFrom("active", "inactive"),
    notes: fc.array(fc.string(), { maxLength: 2 }),
    problems: fc.constant([]),
    seenAt: fc.option(fc.nat()),
  }),
  agents: fc.uniqueArray(agent, { selector: ({ name }) => name }),
});

const sorted = ({ agents, fleet }: UiState) => ({
  fleet,
  agents: [...agents].sort((a, b) => (a.name < b.name ? -1 : 1)),
});

describe("patches of the state", () => {
  it("lead from any state to any other", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const patch = patchBetween(before, after);
        expect(sorted(patch === undefined ? before : withPatch(before, patch))).toEqual(sorted(after));
      }),
    );
  });

  it("are empty between equal states, and keep the objects of unchanged agents", () => {
    fc.assert(
      fc.property(state, (before) => {
        expect(patchBetween(before, structuredClone(before))).toBeUndefined();
        const [first, ...rest] = before.agents;
        if (first === undefined) return;
        const patch = patchBetween(before, { ...before, agents: [{ ...first, restarts: 9 }, ...rest] });
        expect(patch).toEqual({ agents: [{ name: first.name, restarts: 9 }], gone: [] });
        const after = withPatch(before, patch ?? { agents: [], gone: [] });
        expect(after.agents.slice(1).every((each, index) => each === rest[index])).toBe(true);
      }),
    );
  });
});
