import { describe, expect, it } from "vitest";
import { seenHostAfter, type SeenHost } from "../../../src/report/ui/host-rows.ts";
import type { HostResult } from "../../../src/hosts/host-result.ts";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { uiAgentOf } from "../../support/ui/ui-agent.ts";

const unseen: SeenHost = {
  host: { name: "build1", state: "asking", seenAt: null, problem: null },
  agents: [],
};
const answer = (now: number, agents: readonly UiAgent[]): HostResult => ({
  host: "build1",
  end: { name: "done", code: 0 },
  facts: undefined,
  frames: [{ kind: "json", value: { now, agents } }],
});
const minute = 60_000;
const way = { target: "ssh build1", jump: undefined };

describe("the agents of another machine on the page", () => {
  it("have the name of their machine, and times of this one", () => {
    const coder = uiAgentOf({ since: 5 * minute, quietSince: 8 * minute });
    const { host, agents } = seenHostAfter(unseen, answer(10 * minute, [coder]), 70 * minute, way);
    expect(host).toEqual({ name: "build1", state: "reached", seenAt: 70 * minute, problem: null });
    expect(agents).toMatchObject([
      { name: "build1/coder", host: "build1", since: 65 * minute, quietSince: 68 * minute },
    ]);
  });

  it("are no news after an answer whose times differ by a second", () => {
    const first = seenHostAfter(
      unseen,
      answer(1_000_000, [uiAgentOf({ quietSince: 500_000 })]),
      1_000_300,
      way,
    );
    const second = seenHostAfter(
      first,
      answer(1_015_000, [uiAgentOf({ quietSince: 501_000 })]),
      1_015_300,
      way,
    );
    expect(second.agents).toEqual(first.agents);
  });

  it("stay as they were while it does not answer, with the reason", () => {
    const first = seenHostAfter(unseen, answer(1_000, [uiAgentOf({})]), 1_000, way);
    const lost: HostResult = {
      host: "build1",
      end: { name: "unreachable", detail: "No route to host" },
      facts: undefined,
      frames: [],
    };
    const { agents, host } = seenHostAfter(first, lost, 99_000, way);
    expect(agents).toBe(first.agents);
    expect(host).toMatchObject({
      state: "unreachable",
      seenAt: 1_000,
      problem: { summary: "unreachable", detail: "No route to host" },
    });
    const problem = { severity: "error", code: "unknown-host", summary: "there is no host build1" } as const;
    const refused = seenHostAfter(
      first,
      {
        ...lost,
        end: { name: "done", code: 1 },
        frames: [{ kind: "problems", problems: [problem] }],
      },
      99_000,
      way,
    );
    expect(refused.host).toMatchObject({
      state: "unreachable",
      problem: { summary: "there is no host build1" },
    });
  });
});
