import { describe, expect, it } from "vitest";
import { promptRecipients } from "../../web/src/control/prompt/objections.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";

describe("the recipients of a prompt", () => {
  const doing = (name: string, state: "working" | "waiting" | "idle", reason: string | null = null) =>
    uiAgentOf({ name, activity: { state, since: 1, reason } });

  it("are in groups by what speaks against each, those that can get it first", () => {
    const agents = [
      uiAgentOf({ name: "down", state: "failed", stateText: "failed (3)" }),
      uiAgentOf({ name: "db", isService: true }),
      doing("asks", "waiting", "rm?"),
      doing("busy", "working"),
      { ...doing("seen", "idle"), attached: 1 },
      uiAgentOf({ name: "loud", quietSince: 9_000 }),
      uiAgentOf({ name: "still", quietSince: 1_000 }),
      uiAgentOf({ name: "build1/far", host: "build1" }),
    ];
    const hosts = [{ name: "build1", state: "unreachable", seenAt: 1, problem: null }] as const;
    const found = promptRecipients(agents, hosts, 10_000);
    expect(
      found.map(({ kind, isFinal, agents: own }) => [
        kind,
        isFinal,
        ...own.map(({ agent, objection }) => `${agent.name} ${objection.text}`.trim()),
      ]),
    ).toEqual([
      ["none", false, "still"],
      ["works", false, "busy"],
      ["fresh", false, expect.stringMatching(/^loud .+ ago$/)],
      ["attached", false, "seen"],
      ["waits", false, "asks rm?"],
      ["lost-host", true, "build1/far"],
      ["down", true, "down failed (3)"],
      ["service", true, "db"],
    ]);
  });
});
