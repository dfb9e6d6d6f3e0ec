import { describe, expect, it } from "vitest";
import type { HostResult } from "../../../src/hosts/host-result.ts";
import { checkLines } from "../../../src/report/hosts/check-lines.ts";
import { hostProblemsTogether } from "../../../src/report/hosts/host-lines.ts";
import { manyStatusLines } from "../../../src/report/hosts/many-status-lines.ts";
import { syncLines } from "../../../src/report/hosts/sync-lines.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const colors = createColors(false);
const hosts = Array.from({ length: 100 }, (_, at) => `build${at + 1}`);

function resultOf(
  host: string,
  value: object,
  end: HostResult["end"] = { name: "done", code: 0 },
): HostResult {
  return { host, end, facts: undefined, frames: [{ kind: "json", value }] };
}

describe("The problems of 100 hosts", () => {
  it("share one message for each kind, with the most frequent details", () => {
    const results = hosts.map((host, at): HostResult => {
      if (at < 90) return resultOf(host, {});
      const detail = at < 97 ? "Connection refused" : `ssh: no name ${host}`;
      return resultOf(host, {}, { name: "unreachable", detail });
    });
    const problems = hostProblemsTogether(results, (host) => `ssh ${host}`);
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
        () => "",
      ).map(({ summary }) => summary),
    ).toEqual(["build96: unreachable", "x: there is no node of version 20.19 or newer"]);
  });
});

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
        : { ...resultOf(host, {}), facts: { ...facts, hostname: `${host}.lan` } },
    );
    expect(checkLines(results.slice(0, 10), 0, colors).slice(7)).toEqual([
      "build7   reached      22.1.0  yes      same   build7.lan",
      "build8   reached      22.1.0  yes      same   build8.lan",
      "build9   unreachable  -       -        -      -",
      "build10  reached      22.1.0  yes      same   build10.lan",
    ]);
    expect(checkLines(results, 0, colors)).toEqual([
      "STATE        NODE    LINGERS  CLOCK  HOSTS",
      "reached      22.1.0  yes      same   build1 … build8, build10 … build100 (99)",
      "unreachable  -       -        -      build9",
    ]);
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
