import { describe, expect, it } from "vitest";
import { alikeResults, type HostResult } from "../../../src/hosts/host-result.ts";
import { problemOnHosts, wordingOnHosts } from "../../../src/report/hosts/host-hints.ts";
import { hostProblemsTogether, type WayWords } from "../../../src/report/hosts/host-lines.ts";
import { planText } from "../../../src/report/plan/plan-text.ts";
import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { noSuchAgent } from "../../../src/plan/selection/no-match.ts";
import { fleetCommand, wording } from "../../../src/diagnostics/wording.ts";
import { emptyPlan } from "../../support/report/a-plan.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { hosts, resultOf } from "../../support/hosts/many-results.ts";

describe("The problems of 100 hosts", () => {
  it("share one message for each kind, with the most frequent details", () => {
    const results = hosts.map((host, at): HostResult => {
      if (at < 90) return resultOf(host, {});
      const detail = at < 97 ? "Connection refused" : `ssh: no name ${host}`;
      return resultOf(host, {}, { name: "unreachable", detail });
    });
    const problems = hostProblemsTogether(results, (host) => ({ target: `ssh ${host}`, jump: undefined }));
    expect(problems).toMatchObject([
      {
        summary: "build91 … build100 (10): unreachable",
        detail:
          "build91 … build97 (7): Connection refused\nbuild98: ssh: no name build98\nbuild99: ssh: no name build99\n1 more of this kind.",
        hint: "try it by hand: ssh build91 true",
      },
    ]);
    const [one, other] = [
      results[95],
      resultOf("x", {}, { name: "refused", reason: "nonode", detail: "v18" }),
    ];
    expect(
      hostProblemsTogether(
        [one, other].flatMap((each) => each ?? []),
        () => ({ target: "", jump: undefined }),
      ).map(({ summary }) => summary),
    ).toEqual(["build96: unreachable", "x: there is no node of version 20.19 or newer"]);
  });
});

describe("Hosts with unknown keys", () => {
  it("share the command that shows them", () => {
    const results = hosts
      .slice(0, 2)
      .map((host) =>
        resultOf(host, {}, { name: "unreachable", detail: "Host key verification failed.", refusal: "key" }),
      );
    expect(hostProblemsTogether(results, () => ({ target: "ssh b", jump: undefined }))).toMatchObject([
      { hint: "see the key, and accept it or not: fleet hosts trust build1,build2" },
    ]);
  });
});

describe("Hosts behind a machine that is down", () => {
  it("share a message that names it", () => {
    const results = hosts
      .slice(0, 6)
      .map((host) =>
        resultOf(
          host,
          {},
          { name: "unreachable", detail: "ssh: connect to host b port 2222: Connection refused" },
        ),
      );
    const wayOf = (host: string): WayWords => ({
      target: `ssh ${host}`,
      jump: host === "build6" ? undefined : "ada@b:2222,inner",
    });
    const [behind, alone] = hostProblemsTogether(results, wayOf);
    expect([behind?.summary, behind?.hint, alone?.summary]).toEqual([
      "build1 … build5 (5): unreachable through ada@b:2222,inner",
      "try it by hand: ssh build1 true; the machine between alone: ssh ssh://ada@b:2222 true",
      "build6: unreachable",
    ]);
  });
});

describe("The commands that a host recommends", () => {
  it.each([
    [
      wording`${fleetCommand("status")} shows why, and \`${fleetCommand("start")} a b\` starts them`,
      "fleet status --host h1,h2 shows why, and `fleet start --host h1,h2 a b` starts them",
    ],
    [
      wording`end the pin: ${fleetCommand("source unpin")}; or fleet source enroll`,
      "end the pin: fleet source unpin --host h1,h2; or fleet source enroll",
    ],
    [
      "fleet plan --host h1; fleet attach h1/coder; fleet doctor --fix",
      "fleet plan --host h1; fleet attach h1/coder; fleet doctor --fix",
    ],
  ])("name the hosts: %j", (hint, told) => {
    const problem = { severity: "error", code: "blocked", summary: "fleet start a", hint } as const;
    const { hint: named = "", ...rest } = problemOnHosts(problem, ["h1", "h2"]);
    expect([wordingText(named), rest]).toEqual([told, { ...problem, hint: undefined }]);
  });

  it("name no list of many hosts", () => {
    const line = wording`Note: ${fleetCommand("stop")} b`;
    expect(wordingText(wordingOnHosts(line, hosts))).toBe("Note: fleet stop --host HOSTS b");
    expect(wordingText(wordingOnHosts("Note: fleet stop b", hosts))).toBe("Note: fleet stop b");
  });

  it("are those of hints and notes, and are alike on all hosts", () => {
    const notes = planText(
      { ...emptyPlan, notes: [{ kind: "adoptable", agents: ["a", "b"] }] },
      createColors(true),
      false,
    );
    const told = notes.map((line) => wordingText(wordingOnHosts(line, ["h1", "h2"])));
    expect(told.join("\n")).toContain("without a restart: fleet adopt --host h1,h2 a b");
    const refused = noSuchAgent("zzz", { names: new Map(), labels: new Map(), inScope: () => true });
    const problems = refused.ok ? [] : refused.diagnostics;
    const results = ["h1", "h2"].map((host): HostResult => ({
      ...resultOf(host, {}),
      frames: [{ kind: "problems", problems }],
    }));
    expect(alikeResults(results).map((group) => group.length)).toEqual([2]);
    expect(problems.map((each) => wordingText(problemOnHosts(each, ["h1"]).hint ?? ""))).toEqual([
      "`fleet status --host h1` lists the agents",
    ]);
  });
});
