import { execFileSync, spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { renderSnapshot } from "../../src/snapshot/snapshot.ts";
import { account, desiredOf, type FleetFile } from "../support/plan/resolved.ts";
import { edited, machineWith, trio } from "../support/plan/scene.ts";
import { observedOf } from "../support/plan/world.ts";

interface Step {
  readonly id: string;
  readonly shell: string;
  readonly run: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as ActionFile;
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Returns the script that a step runs; undefined if the step runs anything else. */
function scriptOf({ run }: Step): string | undefined {
  return /^"\$GITHUB_ACTION_PATH\/(ci\/[\w-]+\.sh)"$/.exec(run)?.[1];
}

describe("action.yml", () => {
  it("runs a script in each step, and writes nothing into it", () => {
    expect(action.runs.using).toBe("composite");
    const scripts = action.runs.steps.map(scriptOf);
    expect(scripts).toEqual(
      readdirSync(join(root, "ci"))
        .map((name) => `ci/${name}`)
        .toSorted(inOrder),
    );
    for (const script of scripts) accessSync(join(root, script ?? ""), constants.X_OK);
    expect(new Set(action.runs.steps.map(({ shell }) => shell))).toEqual(new Set(["bash"]));
  });

  it("passes on all of its inputs, each with a default", () => {
    const passed = action.runs.steps.flatMap((step) => [
      step["working-directory"] ?? "",
      ...Object.values(step.env ?? {}),
    ]);
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(passed).toContain(`\${{ inputs.${name} }}`);
      expect(input.default).toEqual(expect.any(String));
    }
  });
});

describe("docs/ci.md", () => {
  const text = readFileSync(join(root, "docs/ci.md"), "utf8");

  it("has a row for each input and output of the action", () => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` +\| .*/gm)].map(([, name]) => name);
    expect(rows).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
  });

  it("has examples that are YAML, and that write no value into a script", () => {
    const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, example = ""]) => example);
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      expect(() => parse(example) as unknown).not.toThrow();
      expect(example).not.toMatch(/run: .*\$\{\{/);
    }
  });
});

/** Orders the scripts by need, not by name. */
function inOrder(a: string, b: string): number {
  const order = ["install", "validate", "plan"];
  const place = (script: string): number => order.findIndex((name) => script.includes(name));
  return place(a) - place(b);
}

describe("the action on a runner without systemd and tmux", () => {
  let box: string;
  beforeEach(() => {
    box = mkdtempSync(join(tmpdir(), "action-"));
    for (const folder of ["bin", "temp", "home", "work/a fleet"])
      mkdirSync(join(box, folder), { recursive: true });
    for (const program of ["bash", "cat", "dirname", "mktemp"])
      symlinkSync(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(box, "bin", program));
    symlinkSync(process.execPath, join(box, "bin/node"));
    snapshot(trio);
    declare(trio);
  });
  afterEach(() => rmSync(box, { recursive: true }));

  const place = (name: string): string => join(box, "work/a fleet", name);

  function declare(fleet: FleetFile | string): void {
    writeFileSync(
      place("fleet.yaml"),
      typeof fleet === "string" ? fleet : stringify({ version: 1, ...fleet }),
    );
  }

  /** Takes a snapshot of a machine on which this fleet runs. */
  function snapshot(fleet: FleetFile): void {
    const label = { version, host: "factory", takenAt: "2026-01-01T00:00:00.000Z", machine: account };
    writeFileSync(
      place("live.json"),
      renderSnapshot(observedOf(machineWith(fleet)), desiredOf(fleet), label),
    );
  }

  interface Run {
    readonly code: number;
    /** The failed step. */
    readonly failed: string | undefined;
    readonly said: string;
    readonly outputs: Readonly<Record<string, string>>;
    readonly summary: string;
  }

  /** Runs the steps as GitHub's runner does, until one fails. */
  function run(given: Readonly<Record<string, string>> = {}): Run {
    const inputs = { "working-directory": "a fleet", against: "live.json", ...given };
    const outputs = new Map<string, string>();
    const value = (text: string): string =>
      text.replaceAll(/\$\{\{ (\w+)\.([\w.-]+) \}\}/g, (_, where: string, name: string) =>
        where === "inputs" ? input(name) : (outputs.get(name) ?? ""),
      );
    const input = (name: string): string =>
      (inputs as Readonly<Record<string, string>>)[name] ?? action.inputs[name]?.default ?? "";
    const summaryFile = join(box, "temp/summary");
    writeFileSync(summaryFile, "");
    let said = "";
    let ended: Pick<Run, "code" | "failed"> = { code: 0, failed: undefined };
    for (const step of action.runs.steps) {
      const outputFile = join(box, `temp/output-${step.id}`);
      writeFileSync(outputFile, "");
      const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, value(text)] as const);
      const ran = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.run], {
        cwd: join(box, "work", value(step["working-directory"] ?? ".")),
        encoding: "utf8",
        env: {
          PATH: join(box, "bin"),
          HOME: join(box, "home"),
          CI: "true",
          GITHUB_ACTIONS: "true",
          GITHUB_ACTION_PATH: root.replace(/\/$/, ""),
          GITHUB_WORKSPACE: join(box, "work"),
          GITHUB_OUTPUT: outputFile,
          GITHUB_STEP_SUMMARY: summaryFile,
          RUNNER_TEMP: join(box, "temp"),
          ...Object.fromEntries(own),
        },
      });
      said += ran.stdout + ran.stderr;
      for (const line of readFileSync(outputFile, "utf8").split("\n").filter(Boolean)) {
        const at = line.indexOf("=");
        outputs.set(`${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
      }
      if (ran.status === 0) continue;
      ended = { code: ran.status ?? 128, failed: step.id };
      break;
    }
    const results = Object.entries(action.outputs).map(([name, output]) => [name, value(output.value)]);
    const summary = readFileSync(summaryFile, "utf8");
    return { ...ended, said, outputs: Object.fromEntries(results) as Run["outputs"], summary };
  }

  it("reports that there are no changes", () => {
    const { code, said, outputs } = run();
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toContain("Valid: fleet mosaic with 3 agents.\n");
    expect(said).toContain("::notice title=fleet plan::No changes.");
    expect(outputs["changes"]).toBe("false");
    expect(readFileSync(outputs["comment"] ?? "", "utf8")).toContain(
      "No changes. The fleet matches fleet.yaml.",
    );
  });

  it("shows the plan at the lines of the file, in the summary, as a comment and as JSON", () => {
    declare(edited(trio, "canary", { env: { MODEL: "haiku", API_TOKEN: "hush" } }));
    const { code, said, outputs, summary } = run();
    expect(code, said).toBe(0);
    expect(said).toMatch(
      /^::warning file=a fleet\/fleet\.yaml,line=\d+,.*title=agent canary will be restarted::env\.API_TOKEN, env\.MODEL changed/m,
    );
    expect(outputs["changes"]).toBe("true");
    const comment = readFileSync(outputs["comment"] ?? "", "utf8");
    expect(comment).toContain("### Plan for fleet");
    expect(comment).toContain("1 to restart");
    expect(summary).toBe(comment);
    const json = readFileSync(outputs["plan-json"] ?? "", "utf8");
    expect(JSON.parse(json)).toMatchObject({ fleet: "mosaic", summary: { restart: 1 } });
    expect(said + comment + json).not.toContain("hush");
  });

  it("plans against an empty machine by default", () => {
    const { code, said, outputs } = run({ against: action.inputs["against"]?.default ?? "" });
    expect(code, said).toBe(0);
    expect(said).toContain("::notice title=fleet plan::Plan: 3 to add");
    expect(outputs["changes"]).toBe("true");
  });

  it("fails at the line of an error in the file, without a plan", () => {
    declare("version: 1\nagents:\n  one: { comand: x }\n");
    const { code, failed, said, outputs } = run();
    expect({ code, failed }).toEqual({ code: 65, failed: "validate" });
    expect(said).toContain('Error: unknown key "comand" in agent "one"');
    expect(said).toMatch(/^::error file=a fleet\/fleet\.yaml,line=3,col=\d+,title=.*::unknown key "comand"/m);
    expect(outputs).toEqual({ changes: "", "plan-json": "", comment: "" });
  });

  it("fails if the snapshot is of another fleet, or invalid, and reports the reason", () => {
    declare({ ...trio, name: "night" });
    expect(run()).toMatchObject({
      code: 3,
      failed: "plan",
      said: expect.stringMatching(/^::error .*::live\.json is of fleet mosaic on socket/m) as string,
    });
    expect(run({ against: "nowhere.json" })).toMatchObject({
      code: 1,
      said: expect.stringContaining("cannot read the snapshot nowhere.json") as string,
    });
  });

  it.each([
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "x; touch pwned",
    "x\ntouch pwned",
    "--out=pwned",
    "-o pwned",
    "\n::add-path::pwned",
  ])("takes a value as a name and nothing else: %j", (value) => {
    const files = readdirSync(place("."));
    for (const input of ["file", "against"]) {
      const { code, said } = run({ [input]: value });
      expect(code).toBe(1);
      expect(said).toMatch(/there is no file|cannot read the snapshot/);
      expect(said).not.toMatch(/^\s*::add-path/m);
    }
    expect(readdirSync(place("."))).toEqual(files);
    expect(existsSync(join(box, "work/pwned"))).toBe(false);
  });

  it("builds itself in a fresh clone", () => {
    const clone = join(box, "clone");
    cpSync(join(root, "ci"), join(clone, "ci"), { recursive: true });
    const install = (): string =>
      execFileSync(join(clone, "ci/install.sh"), { env: { PATH: join(box, "bin") }, encoding: "utf8" });
    writeFileSync(join(box, "bin/npm"), '#!/usr/bin/env bash\necho "npm $*"\n');
    chmodSync(join(box, "bin/npm"), 0o755);
    expect(install()).toBe("npm ci --no-audit --no-fund --loglevel=error\nnpm run --silent build\n");
    mkdirSync(join(clone, "dist"));
    writeFileSync(join(clone, "dist/cli.js"), "");
    expect(install()).toBe("");
  });

  it("has scripts that work elsewhere too, and print their results there", () => {
    const ran = spawnSync(join(root, "ci/plan.sh"), {
      cwd: place("."),
      encoding: "utf8",
      env: { PATH: join(box, "bin"), HOME: join(box, "home"), TMPDIR: join(box, "temp") },
    });
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/^changes=true\nplan-json=\/.*\/plan\.json\ncomment=\/.*\/comment\.md\n$/m);
  });
});
