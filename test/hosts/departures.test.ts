import { expect, it } from "vitest";
import { strandedIn } from "../../src/hosts/departures.ts";
import type { HostResult } from "../../src/hosts/host-result.ts";

const result = (host: string, end: HostResult["end"], agents: readonly object[]): HostResult => ({
  host,
  end,
  facts: undefined,
  frames: [{ kind: "json", value: { plan: { agents } } }],
});
const done = { name: "done", code: 0 } as const;
const silent = { name: "unreachable", detail: "" } as const;
const placed = new Map([
  ["coder", { host: "b", elsewhere: ["a"] }],
  ["other", { host: "a", elsewhere: ["b"] }],
]);

it("finds agents that would leave a host for one that does not answer", () => {
  const leaving = { name: "coder", action: "remove" };
  const busy = { name: "coder", action: "pending", hold: "busy", awaiting: "remove" };
  const own = { name: "other", action: "remove" };
  const gone = { name: "former", action: "remove" };
  const stranded = [{ agent: "coder", from: "a", to: "b", because: "silent" }];
  const found = (end: HostResult["end"], ...agents: readonly object[]) =>
    strandedIn(placed, [result("a", done, agents), result("b", end, [])], []);
  expect(found(silent, leaving, own, gone)).toEqual(stranded);
  expect(found(silent, busy)).toEqual(stranded);
  expect(found({ name: "not-begun" }, leaving)).toMatchObject([{ agent: "coder", because: "not-begun" }]);
  expect(found(done, leaving)).toEqual([]);
  // A host outside of the run was left out by a person.
  expect(strandedIn(placed, [result("a", done, [leaving])], [])).toEqual([]);
  expect(strandedIn(placed, [result("a", done, [leaving])], ["b"])).toMatchObject([{ because: "ignored" }]);
});
