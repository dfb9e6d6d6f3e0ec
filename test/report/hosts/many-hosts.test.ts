import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import type { Arrival } from "../../../src/hosts/arrivals.ts";
import { alikeResults, type HostResult } from "../../../src/hosts/host-result.ts";
import { hostsQuestion, proposedPlans } from "../../../src/report/hosts/change-lines.ts";
import { checkLines, clockLines } from "../../../src/report/hosts/check-lines.ts";
import { hostsLines } from "../../../src/report/hosts/hosts-text.ts";
import { manyStatusLines } from "../../../src/report/hosts/many-status-lines.ts";
import { heldProblemsTogether } from "../../../src/report/hosts/place/move-lines.ts";
import { placeLines } from "../../../src/report/hosts/place/place-lines.ts";
import { unhealthyProblem } from "../../../src/report/hosts/rollout-lines.ts";
import { syncLines } from "../../../src/report/hosts/sync-lines.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { hosts, resultOf } from "../../support/hosts/many-results.ts";

const colors = createColors(false);

describe("The states of agents on 100 hosts", () => {
  it("are counted, those that need a person first", () => {
    const agent = (name: string, more: object = {}): object => ({
      name,
      state: "running",
      exitStatus: null,
      memoryEnd: null,
      activity: null,
      ...more,
    });
    const results = hosts.map((host) =>
      resultOf(host, {
        agents: [
          agent("coder-1"),
          agent("coder-2"),
          agent(
            "bad",
            host === "build44"
              ? { state: "failed", exitStatus: 3 }
              : host === "build7"
                ? { activity: { state: "waiting", reason: "Do you want\n to go on?" } }
                : {},
          ),
        ],
      }),
    );
    expect(manyStatusLines(results, colors)).toEqual([
      "AGENTS                          HOSTS",
      "2 running, 1 running (waiting)  build7",
      "2 running, 1 failed             build44",
      "3 running                       build1 … build6, build8 … build43, build45 … build100 (98)",
      "",
      "build7/bad: running (waiting): Do you want␊ to go on?",
      "build44/bad: failed, exit status 3",
      "",
      "300 agents on 100 hosts. fleet status --host HOST shows those of one host.",
    ]);
  });
});

describe("The facts of 100 hosts", () => {
  it("are a line each up to ten hosts, and share lines of more", () => {
    const facts = { version: "1", node: "22.1.0", uid: 1, machine: undefined, lingers: true, clock: 0 };
    const results = hosts.map((host): HostResult =>
      host === "build9"
        ? resultOf(host, {}, { name: "unreachable", detail: "" })
        : { ...resultOf(host, {}), facts: { ...facts, hostname: `${host}.lan` }, clockAheadMs: 0 },
    );
    expect(checkLines(results.slice(0, 10), colors).slice(7)).toEqual([
      "build7   reached      22.1.0  yes      same   build7.lan",
      "build8   reached      22.1.0  yes      same   build8.lan",
      "build9   unreachable  -       -        -      -",
      "build10  reached      22.1.0  yes      same   build10.lan",
    ]);
    expect(checkLines(results, colors)).toEqual([
      "STATE        NODE    LINGERS  CLOCK  HOSTS",
      "reached      22.1.0  yes      same   build1 … build8, build10 … build100 (99)",
      "unreachable  -       -        -      build9",
    ]);
  });
});

describe("The clocks of hosts", () => {
  const facts = {
    version: "1",
    node: "22",
    uid: 1,
    machine: undefined,
    lingers: true,
    clock: 0,
    hostname: "h",
  };
  const shifted = (ms: number): readonly HostResult[] => [
    { ...resultOf("build1", {}), facts, clockAheadMs: -900 },
    { ...resultOf("build2", {}), facts, clockAheadMs: ms },
  ];

  it.each([
    [6_000, "+6 s", []],
    [
      -3_598_000,
      "-1 h",
      ["The clock of build2 is 1 h behind that of this machine. All times of build2 are by its own clock."],
    ],
    [
      3_652 * 86_400_000,
      "+3652 d",
      [
        "The clock of build2 is 3652 d ahead of that of this machine. All times of build2 are by its own clock.",
      ],
    ],
  ])("are compared in plain words: %i ms", (ms, word, lines) => {
    const [, first, second] = checkLines(shifted(ms), colors);
    expect([first, second]).toEqual([
      expect.stringContaining(" same "),
      expect.stringContaining(` ${word} `),
    ]);
    expect(clockLines(shifted(ms))).toEqual(lines);
  });
});

describe("The sources of 100 hosts", () => {
  it("share a line if they are in the same state", () => {
    const [old, next] = ["a".repeat(40), "b".repeat(40)];
    const source = {
      intervalMs: 60_000,
      newest: next,
      applied: { revision: next },
      trouble: null,
      pin: null,
    };
    const results = hosts.map((host) => {
      if (host === "build1") return resultOf(host, { ...source, applied: { revision: old } });
      if (host === "build2") return resultOf(host, { ...source, trouble: { why: "unsigned" } });
      if (host === "build3") return resultOf(host, { formatVersion: "2.0", diagnostics: [] });
      if (host === "build4") return resultOf(host, {}, { name: "lost", detail: "" });
      return resultOf(host, source);
    });
    expect(syncLines(results, colors)).toEqual([
      "STATE     APPLIED     NEWEST      HOSTS",
      "applying  aaaaaaaaaa  bbbbbbbbbb  build1",
      "unsigned  bbbbbbbbbb  bbbbbbbbbb  build2",
      "failed    -           -           build3",
      "lost      -           -           build4",
      "in line   bbbbbbbbbb  bbbbbbbbbb  build5 … build100 (96)",
    ]);
    const waiting = [
      { agent: "coder-1", from: "build9", why: "held" },
      { agent: "coder-2", from: "build9", why: "move" },
    ];
    const some = hosts
      .slice(0, 3)
      .map((host) => resultOf(host, host === "build3" ? { ...source, waiting } : source));
    expect(syncLines(some, colors)).toEqual([
      "STATE    APPLIED     NEWEST      WAITING               HOSTS",
      "in line  bbbbbbbbbb  bbbbbbbbbb  -                     build1, build2",
      "in line  bbbbbbbbbb  bbbbbbbbbb  coder-1, coder-2 (2)  build3",
    ]);
  });
});

describe("The plans of 100 hosts that wait for an agreement", () => {
  const proposal = (host: string, idleSeconds: number, action = "restart"): HostResult => {
    const plan = { actions: [], agents: [{ name: "coder", action, atStake: { attached: 0, idleSeconds } }] };
    return {
      ...resultOf(host, { plan }),
      frames: [
        { kind: "text", lines: [`${action} coder, last output ${idleSeconds} s ago`] },
        { kind: "json", value: { plan } },
        { kind: "proposal", id: host },
      ],
    };
  };

  it("are shown once if only the times of outputs differ, with the latest output", () => {
    const results = hosts.map((host, at) => proposal(host, 100 - at, at === 7 ? "stop" : "restart"));
    expect(proposedPlans(results)).toEqual([
      "build1 … build7, build9 … build100 (99):",
      "restart coder, last output 1 s ago",
      "build8:",
      "stop coder, last output 93 s ago",
    ]);
    expect(hostsQuestion("apply", results)).toBe(
      "Apply these changes on 100 hosts, build1 … build100 (100)?",
    );
  });

  it("share a problem if only the host in its command differs", () => {
    const problem = (host: string): Diagnostic =>
      unhealthyProblem({ ...resultOf(host, {}), end: { name: "lost", detail: "" } });
    const results = hosts.map((host): HostResult => ({
      ...resultOf(host, {}),
      frames: [{ kind: "problems", problems: [problem(host)] }],
    }));
    expect(alikeResults(results).map((group) => group.length)).toEqual([100]);
  });

  it("share the problem of agents that wait for one host", () => {
    const held = hosts
      .slice(1)
      .map((to, at): Arrival => ({ agent: `coder-${at + 1}`, to, from: "build1", because: "there" }));
    expect(heldProblemsTogether(held, () => "outside")).toMatchObject([
      {
        summary: "build2 … build100 (99) have not started coder-1 … coder-99 (99)",
        hint: "fleet apply --host all",
      },
    ]);
    expect(heldProblemsTogether(held.slice(0, 1), () => "outside")).toMatchObject([
      { summary: "build2 has not started coder-1", hint: "fleet apply --host build1,build2" },
    ]);
  });
});

describe("The lists of 100 hosts", () => {
  it("have a line for many hosts with the same agents or numbers", () => {
    const listed = hosts.map((name) => ({
      name,
      hostname: name === "build3" ? "old" : name,
      labels: {},
      isHere: name === "build5",
      agents: name === "build9" ? ["other"] : ["coder"],
      ...(name === "build9" ? { isIgnored: true as const } : {}),
    }));
    expect(hostsLines(listed, colors)).toEqual([
      "HOST                                                              HOSTNAME  LABELS  AGENTS",
      "build1, build2, build4, build6 … build8, build10 … build100 (97)  the same  -       coder",
      "build3                                                            old       -       coder",
      "build5*                                                           build5    -       coder",
      "build9                                                            build9    -       ignored: other",
    ]);
    const places = { formatVersion: "1.0", fleet: "f", file: "t", hasTable: true, isWritten: false } as const;
    const rows = hosts.map((name) => ({
      name,
      weight: 1,
      takesAgents: name !== "build2",
      now: 1,
      next: name === "build2" ? 0 : 1,
    }));
    expect(placeLines({ ...places, hosts: rows, changes: [] }, colors).slice(0, 3)).toEqual([
      "HOST                            WEIGHT  TAKES  NOW  NEXT",
      "build1, build3 … build100 (99)  1       yes    1    1",
      "build2                          1       no     1    0",
    ]);
  });
});
