import { describe, expect, it } from "vitest";
import { composeDiagnosis, hasFinding, withoutIgnored } from "../../src/doctor/compose-diagnosis.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { fleetFindings } from "../../src/doctor/fleet-findings.ts";
import { type MachineFacts, machineFindings } from "../../src/doctor/machine-findings.ts";
import { programsToAsk, versionFindings } from "../../src/doctor/preset-versions.ts";
import { programFindings, programUses } from "../../src/doctor/program-findings.ts";
import { silence, silencePlan } from "../../src/doctor/silence.ts";
import { fail, ok } from "../../src/diagnostics/diagnostic.ts";
import { parseManagerFacts } from "../../src/drivers/systemd/manager-facts.ts";
import { boundedExec, deadlineExec } from "../../src/system/limited-exec.ts";
import type { FleetConfig } from "../../src/config/types.ts";
import { parseFleet } from "../../src/config/parse.ts";
import type { Plan } from "../../src/plan/types.ts";
import { findingText } from "../../src/report/doctor/finding-text.ts";
import { agentStatus } from "../support/report/a-status.ts";

const fine: MachineFacts = {
  manager: ok("257"),
  tmux: ok("3.5a"),
  lingering: true,
  user: "ada",
  controllers: ["cpu", "memory", "pids"], // those of user managers on Debian
};

describe("the findings on a machine", () => {
  const kinds = (facts: Partial<MachineFacts>): readonly string[] =>
    machineFindings({ ...fine, ...facts }).map(({ check, severity, kind }) => `${check} ${severity} ${kind}`);

  it("are none if all is well", () => {
    expect(kinds({})).toEqual([]);
  });

  it.each([
    ["3.3a", 1],
    ["3.4", 1],
    ["3.5", 0],
    ["3.10", 0],
    ["next-3.4", 1],
    ["4.0", 0],
    ["master", 0],
  ])("advise against tmux %s: %i", (version, number) => {
    expect(kinds({ tmux: ok(version) })).toHaveLength(number);
  });

  it("tell unknown from broken and off", () => {
    expect(kinds({ lingering: undefined })).toEqual(["lingering unknown logout-unknown"]);
    expect(kinds({ lingering: false })).toEqual(["lingering warning ends-at-logout"]);
    expect(kinds({ controllers: undefined })).toEqual(["controllers unknown controllers-unknown"]);
    expect(kinds({ controllers: ["cpu"] })).toEqual(["controllers advice controllers-missing"]);
    expect(kinds({ manager: fail("command-timeout", "late") })).toEqual(["user-manager unknown problem"]);
    expect(kinds({ manager: fail("no-user-manager", "none") })).toEqual(["user-manager broken problem"]);
  });

  it.each(["Connection refused", "Connection refused."])(
    "end the words %j of a program before a hint",
    (detail) => {
      const [problem] = machineFindings({
        ...fine,
        manager: fail("no-user-manager", "no answer", { detail, hint: "log in" }),
      });
      expect(problem && findingText(problem).evidence).toBe("Connection refused. Hint: log in.");
    },
  );
});

describe("a diagnosis", () => {
  const at = (check: Finding["check"], severity: Finding["severity"]): Finding => ({
    check,
    severity,
    kind: "no-fleet-file",
  });

  it("has the worst findings first, and counts a check with a finding as made", () => {
    const diagnosis = composeDiagnosis(
      "x",
      ["watch"],
      [at("tmux", "advice"), at("units", "broken"), at("agents", "broken")],
    );
    expect(diagnosis.findings.map(({ check }) => check)).toEqual(["agents", "units", "tmux"]);
    expect(diagnosis.checked).toEqual(["tmux", "agents", "units", "watch"]);
  });

  it("forgets ignored checks", () => {
    const diagnosis = withoutIgnored(composeDiagnosis("x", [], [at("units", "broken")]), new Set(["units"]));
    expect(diagnosis).toMatchObject({ checked: [], findings: [] });
    expect(hasFinding(diagnosis, "broken")).toBe(false);
  });
});

describe("an agent whose memory ran out", () => {
  const memoryEnd = { atMs: 0, limitBytes: 62_914_560 };
  const told = (status: Parameters<typeof agentStatus>[0]): readonly string[] => {
    const plan = { agents: [], actions: [], notes: [], shared: [] } as unknown as Plan;
    const logs = { obstacles: [], disks: [] };
    const facts = { plan, agents: [agentStatus(status)], units: new Map(), logs, watchService: undefined };
    return fleetFindings(facts).flatMap((finding) => {
      const { message, evidence } = findingText(finding);
      return [finding.severity, message, evidence ?? ""];
    });
  };

  it("is named with its limit and the remedy, whether it runs again or not", () => {
    const remedy = expect.stringMatching(/^Raise resources\.memoryMax, or let it take less; fleet top/);
    expect(told({ name: "coder", restarts: 2, memoryEnd })).toEqual([
      "warning",
      "coder has ended, because memory ran out: it reached its limit of 60 MB. systemd has started it again (2 restarts).",
      remedy,
    ]);
    expect(told({ name: "coder", state: "failed", exitStatus: 137, memoryEnd })).toEqual([
      "broken",
      "coder failed with exit status 137, because memory ran out: it reached its limit of 60 MB, and is not started again.",
      remedy,
    ]);
    expect(told({ name: "coder", state: "failed", exitStatus: 137 })[2]).toContain("fleet logs coder");
  });
});

describe("programs on the PATH of agents", () => {
  const uses = (yaml: string): readonly string[] => {
    const parsed = parseFleet(`version: 1\n${yaml}`, "fleet.yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const config: FleetConfig = parsed.value;
    return programUses(config, "/manager").map(
      (use) => `${use.agents.join(",")}: ${use.program} ${use.path}`,
    );
  };

  it.each([
    ["agents: { a: { command: [claude, x] }, b: { command: 'claude --y' } }", ["a,b: claude /manager"]],
    ["agents: { a: { command: 'exec claude' } }", ["a: claude /manager"]],
    ["agents: { a: { command: [/opt/claude] } }", ["a: /opt/claude /manager"]],
    ["agents: { a: { command: './claude', worktree: /r } }", ["a: git /manager"]],
    [
      "defaults: { worktree: /r }\nagents: { a: { command: [claude] }, b: { command: [claude], workdir: /w } }",
      ["a,b: claude /manager", "a: git /manager"],
    ],
    ["agents: { a: { command: 'A=1 claude' } }", []],
    ["agents: { a: { command: 'while :; do x; done' } }", []],
    ["agents: { a: { command: 'report () { :; }' } }", []],
    ["agents: { a: { command: 'readonly A=1; claude' } }", []],
    ["agents: { a: { command: [claude], env: { PATH: /own } } }", ["a: claude /own"]],
    ["defaults: { env: { PATH: /all } }\nagents: { a: { command: [claude] } }", ["a: claude /all"]],
    ["agents: { a: { command: [claude], envFiles: [~/x.env] } }", []],
    ["runtimes: { c: { command: [claude] } }\nagents: { a: { runtime: c } }", ["a: claude /manager"]],
    [
      "runtimes: { c: { preset: codex } }\ndefaults: { runtime: c }\nagents: { a: {} }",
      ["a: codex /manager"],
    ],
  ])("are read from %s", (yaml, expected) => {
    expect(uses(yaml)).toEqual(expected);
  });

  it("are looked up on that PATH first, and then on the caller's", () => {
    const find = (program: string, path: string): string | undefined =>
      path === "/shell" ? `/shell/${program}` : undefined;
    const use = { program: "claude", path: "/manager", agents: ["a"] };
    expect(programFindings([use], find, "/shell")).toMatchObject([{ found: "/shell/claude" }]);
    expect(programFindings([use], find, "/other")).toMatchObject([{ found: undefined }]);
    expect(programFindings([{ ...use, path: "/shell" }], find, "")).toEqual([]);
  });
});

describe("ignored checks in status", () => {
  it("leave out their remarks, but nothing that is broken", () => {
    const status = {
      holder: { version: "3.3a" },
      lingering: false,
      notes: [
        { kind: "other-watch", pid: 1, own: "1", version: "2", unit: undefined },
        { kind: "watch-broken", unit: "u", missing: "m" },
      ] as const,
      deviations: [{ kind: "not-enforced", agents: [], controller: "memory", fields: [] }] as const,
    };
    const shown = silence(status, new Set(["lingering", "watch", "controllers"]));
    expect(shown).toMatchObject({ lingering: undefined, notes: [{ kind: "watch-broken" }], deviations: [] });
    expect(silence(status, new Set(["overrides"]))).toEqual(status);
    expect(silence(status, new Set(["tmux"]))).toEqual({ ...status, holder: { version: undefined } });
    expect(silencePlan(status, new Set(["watch", "controllers"]))).toMatchObject({
      notes: [{ kind: "watch-broken" }],
      deviations: [],
    });
    const masked = { ...status, deviations: [{ kind: "masked", agents: ["a"], file: "/f" }] as const };
    expect(silencePlan(masked, new Set(["overrides"]))).toEqual(masked);
  });
});

describe("the environment of the user manager", () => {
  it.each([
    ["Version=252\nEnvironment=HOME=/h PATH=/a:/b LANG=C", "/a:/b"],
    ['Version=252\nEnvironment=A="x y" "PATH=/with space:/b" B=1', "/with space:/b"],
    ["Version=252\nEnvironment=A=PATH=/no", undefined],
    ["Version=252\nEnvironment=", undefined],
  ])("has its PATH: %j", (output, path) => {
    expect(parseManagerFacts(output)).toEqual({ version: "252", path });
  });
});

describe("a port with one deadline", () => {
  it("gives each question the rest of the time, at least a little, and never more than its own", async () => {
    let now = 5;
    const given: number[] = [];
    const exec = deadlineExec(
      ({ timeoutMs }) => {
        given.push(timeoutMs);
        return Promise.resolve({ kind: "not-found" });
      },
      { all: 3_000, each: 1_000 },
      () => now,
    );
    for (const [at, timeoutMs] of [
      [5, 20_000],
      [5, 500],
      [1_020, 20_000],
      [2_500, 20_000],
      [9_000, 20_000],
    ] as const) {
      now = at;
      await exec({ file: "x", args: [], timeoutMs });
    }
    expect(given).toEqual([3_000, 500, 2_000, 1_000, 1_000]);
  });
});

describe("a bounded port", () => {
  it("gives each command the time of the bound at most", async () => {
    const given: number[] = [];
    const exec = boundedExec(({ timeoutMs }) => {
      given.push(timeoutMs);
      return Promise.resolve({ kind: "not-found" });
    }, 1_000);
    for (const timeoutMs of [20_000, 500]) await exec({ file: "x", args: [], timeoutMs });
    expect(given).toEqual([1_000, 500]);
  });
});

describe("the version of a preset's program", () => {
  const find = (program: string, path: string): string | undefined =>
    program.startsWith("/") ? program : `${path}/${program}`;
  const use = { path: "/p", agents: ["a"] };
  const [claude] = programsToAsk([{ ...use, program: "claude" }], find);

  it("is asked of installed programs with a version to compare", () => {
    expect(claude).toMatchObject({ program: "/p/claude", madeFor: "2.1" });
    expect(programsToAsk([{ ...use, program: "/opt/codex" }], find)).toMatchObject([
      { program: "/opt/codex" },
    ]);
    expect(programsToAsk([{ ...use, program: "bash" }], find)).toEqual([]);
    expect(programsToAsk([{ ...use, program: "claude" }], () => undefined)).toEqual([]);
  });

  it.each<[string | undefined, string | undefined]>([
    ["2.1.45 (Claude Code)\n", undefined],
    ["2.1\n", undefined],
    ["2.10.3 (Claude Code)\n", "advice 2.10.3"],
    ["v3.0.1\n", "advice 3.0.1"],
    ["no idea\n", "unknown undefined"],
    [undefined, "unknown undefined"],
  ])("of %j becomes %j", (answer, told) => {
    const found = claude === undefined ? [] : versionFindings(claude, answer);
    const texts = found.map(
      (each) => `${each.severity} ${each.kind === "preset-version" ? each.installed : ""}`,
    );
    expect(texts).toEqual(told === undefined ? [] : [told]);
  });
});
