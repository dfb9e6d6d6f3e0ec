import { describe, expect, it } from "vitest";
import type { HostRunJson } from "../../../src/report/hosts/hosts-run-output.ts";
import { deliveriesOnHost } from "../../../src/report/ui/sent-deliveries.ts";

describe("the results of a prompt on another machine", () => {
  const run = (fields: Partial<HostRunJson>): HostRunJson => ({
    state: "done",
    code: 0,
    result: null,
    diagnostics: [],
    ...fields,
  });
  const verdicts = (result: HostRunJson | undefined) =>
    deliveriesOnHost("build1", ["a", "b"], result).map(({ agent, verdict }) => `${agent} ${verdict}`);

  it("are those of its agents, and an agent without one has got nothing", () => {
    const result = { agents: [{ agent: "a", verdict: "delivered", message: null }] };
    expect(verdicts(run({ result }))).toEqual(["build1/a delivered", "build1/b not-delivered"]);
  });

  it("are no certainty after a lost connection, and nothing on a host that was not reached", () => {
    for (const lost of [undefined, run({ state: "unknown", code: null }), run({ state: "lost" })])
      expect(verdicts(lost)).toEqual(["build1/a unconfirmed", "build1/b unconfirmed"]);
    for (const state of ["unreachable", "refused", "not-begun"] as const)
      expect(verdicts(run({ state }))).toEqual(["build1/a not-delivered", "build1/b not-delivered"]);
  });
});
