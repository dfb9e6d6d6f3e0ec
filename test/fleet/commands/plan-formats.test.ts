import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, pathOf } from "../../support/fleet/fleet.ts";
import { withoutControllers } from "../../support/fleet/without-controllers.ts";
import { watchLoads } from "../../support/measure/watch-loads.ts";

const declared = `version: 1
defaults:
  onChange: restart
  env: { MODEL: opus }
agents:
  one:
    command: exec sleep 1000
    env: { API_TOKEN: canary-old, COPY: x-canary-old-x }
    resources: { memoryMax: 512M }
  two:
    command: exec sleep 1000
  three:
    command: exec sleep 1000
`;

/** One is restarted and gets another limit, two is removed, three waits for its folder, four is added. */
const edited = declared
  .replaceAll("canary-old", "canary-new")
  .replace("512M", "1G")
  .replace("  two:\n    command: exec sleep 1000\n", "")
  .replace("  three:\n", "  three:\n    workdir: ~/nowhere\n")
  .concat("  four:\n    command: exec sleep 1000\n");

describe("The changes of a plan on a real machine", () => {
  const box = useSandbox();
  const all: Ran[] = [];
  async function run(...args: readonly string[]): Promise<Ran> {
    const ran = await fleet(box, ...args);
    all.push(ran);
    return ran;
  }
  beforeAll(async () => {
    await declare(box, declared);
    await apply(box);
    await declare(box, edited);
  });

  it("are shown with all files by fleet diff, and with the plan", async () => {
    const { code, stdout } = await run("diff");
    expect(code).toBe(0);
    const config = `${box.home}/.config`;
    expect(stdout).toContain(`\
+ ${config}/${pathOf.env("four")} will be written
    @@ line 1 @@
    +# mosaic-fleet: fleet=mosaic agent=four onChange=restart idleAfter=60000ms
    +MOSAIC_TMUX_SOCKET=mosaic-factory
`);
    expect(stdout).toContain(`\
~ ${config}/${pathOf.dropIn("one")} will be changed
    @@ line 1 @@
     [Service]
    -MemoryMax=512M
    +MemoryMax=1G
     [X-Fleet]
`);
    expect(stdout).toContain(`- ${config}/${pathOf.env("two")} will be removed\n`);
    expect(stdout).toContain("    -API_TOKEN=(sensitive value)\n");
    expect(stdout).toContain("    +COPY=(sensitive value)\n");
    expect(stdout).toMatch(
      /-\/\+ agent one will be restarted: [\s\S]*\nPlan: 1 to add, 0 to change, 1 to restart, 1 to remove; 1 blocked\.\n$/,
    );
  });

  it("are limited to the named agents, and as JSON have the files next to the plan", async () => {
    const { code, stdout } = await run("diff", "one", "--json", "--detailed-exitcode");
    expect(code).toBe(2);
    const json = JSON.parse(stdout) as {
      readonly files: readonly { path: string; diff: readonly string[] }[];
    };
    expect(json).toMatchObject({ formatVersion: "2.0", summary: { restart: 1, add: 0 } });
    expect(json.files.map(({ path }) => path)).toEqual([
      `${box.home}/.config/${pathOf.env("one")}`,
      `${box.home}/.config/${pathOf.dropIn("one")}`,
    ]);
    expect(json.files[1]?.diff).toContain("+MemoryMax=1G");
    expect(json.files.map((file) => Object.keys(file))).toEqual([
      ["path", "diff"],
      ["path", "diff"],
    ]);
  });

  it("fit their schema, as printed and as saved", async () => {
    const schema = JSON.parse(readFileSync("plan.schema.json", "utf8")) as object;
    const fits = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    const printed = [
      await run("plan", "--json"),
      await run("plan", "--format", "json"),
      await run("diff", "--json"),
      await run("plan", "--json", "nobody"),
    ];
    await run("plan", "--out", "it.plan");
    const saved: unknown = JSON.parse(await box.read("~/work/it.plan"));
    for (const value of [...printed.map(({ stdout }) => JSON.parse(stdout) as unknown), saved]) {
      expect(fits(value), JSON.stringify(fits.errors)).toBe(true);
    }
    const [json, format] = printed.map(({ stdout }) => stdout.replaceAll(/"idleSeconds": \d+/g, ""));
    expect(format).toBe(json);
    expect(saved).toHaveProperty("origin");
  });

  it("are a comment as Markdown, with interruptions first and files last", async () => {
    const { stdout, stderr } = await run("plan", "--format", "markdown");
    expect(stderr).toBe("");
    const parts = [
      "**Interrupts the work of 2 agents:**",
      "- <code>one</code> will be restarted: env.API_TOKEN, env.COPY changed, and MemoryMax changed",
      "- <code>two</code> will be removed: no longer declared",
      "**Plan: 1 to add, 0 to change, 1 to restart, 1 to remove; 1 blocked.**",
      "| <code>+</code> | <code>four</code> | add | new |",
      `- **Blocked:** <code>three</code>: workdir ${box.home}/nowhere does not exist`,
      "+API_TOKEN=(sensitive value)\n",
      `<details><summary><code>${box.home}/.config/${pathOf.dropIn("one")}</code> will be changed</summary>\n\n\`\`\`diff\n`,
      "+MemoryMax=1G\n",
    ];
    const places = parts.map((part) => stdout.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("are annotations at the agents' lines for GitHub", async () => {
    const { stdout } = await run("plan", "--format", "github");
    const lines = stdout.replaceAll(/last output \d+ s/g, "last output N s").split("\n");
    expect(lines).toEqual([
      "::warning file=fleet.yaml,line=6,col=3,title=agent one will be restarted::env.API_TOKEN, env.COPY changed, and MemoryMax changed.%0AInterrupts its work: nobody attached, last output N s ago.",
      "::warning file=fleet.yaml,line=5,col=1,title=agent two will be removed::no longer declared.%0AInterrupts its work: nobody attached, last output N s ago.",
      `::warning file=fleet.yaml,line=10,col=3,title=agent three is blocked::workdir ${box.home}/nowhere does not exist.`,
      "::notice title=fleet plan::Plan: 1 to add, 0 to change, 1 to restart, 1 to remove; 1 blocked.",
      "",
    ]);
    const inside = await box.fleet(["plan", "--format", "github", "-f", "fleet.yaml"], {
      env: { GITHUB_WORKSPACE: box.home },
    });
    expect(inside.stdout).toContain("::warning file=work/fleet.yaml,line=6,");
  });

  it("are explained by fleet why, starting at the line", async () => {
    const { code, stdout } = await run("why", "one");
    expect(code).toBe(0);
    expect(withoutControllers(stdout).replace(/output \d+ s/, "output N s")).toBe(`\
one
  declared    fleet.yaml:6: one:
  difference  env.API_TOKEN, env.COPY changed
                fleet.yaml:8: env: { API_TOKEN: (sensitive value), COPY: x-(sensitive value)-x }
              MemoryMax changed
                fleet.yaml:9: resources: { memoryMax: 1G }
  runs with   env.API_TOKEN: (sensitive value), next (sensitive value)
              env.COPY: (sensitive value), next (sensitive value)
  policy      onChange: restart, of defaults
                fleet.yaml:3: onChange: restart
  at stake    nobody attached, last output N s ago
  action      will be restarted, which interrupts its work
`);
    const json = JSON.parse((await run("why", "three", "--json")).stdout) as object;
    expect(json).toMatchObject({
      fleet: "mosaic",
      agents: [
        {
          name: "three",
          differences: [{ reason: "workdir-changed" }],
          blocked: {
            reason: "workdir-missing",
            places: [
              { field: "workdir", setIn: [{ from: "agent", place: { file: "fleet.yaml", line: 11 } }] },
            ],
          },
          action: "blocked",
        },
      ],
    });
  });

  it.each([
    [["plan", "--format", "text"], 0],
    [["plan", "--format", "json"], 0],
    [["plan", "--format", "markdown"], 0],
    [["plan", "--format", "github"], 0],
    [["diff"], 0],
    [["why", "four"], 0],
    [["plan", "--format", "text", "--detailed-exitcode"], 2],
    [["plan", "--format", "json", "--detailed-exitcode"], 2],
    [["plan", "--format", "markdown", "--detailed-exitcode"], 2],
    [["plan", "--format", "github", "--detailed-exitcode"], 2],
    [["diff", "--detailed-exitcode"], 2],
    [["plan", "--format", "html"], 64],
    [["plan", "--format", "diff"], 64],
    [["plan", "--format", "markdown", "--json"], 64],
    [["plan", "--format", "text", "--json"], 64],
    [["plan", "--format", "json", "--json"], 0],
    [["plan", "--format", "github", "nobody"], 64],
    [["diff", "tow"], 64],
    [["why", "thre"], 64],
    [["why"], 64],
    [["plan", "--format", "github", "-f", "none.yaml"], 1],
  ])("end %j with exit code %d", async (args, code) => {
    expect((await run(...args)).code).toBe(code);
  });

  it("are omitted by --quiet, which prints only problems", async () => {
    for (const args of [["plan"], ["plan", "--format", "markdown"], ["diff"], ["why", "three"]]) {
      const { stdout, stderr } = await run(...args, "--quiet");
      expect(stdout).toBe("");
      expect(stderr).toBe(`Error: agent three is blocked: workdir ${box.home}/nowhere does not exist\n`);
    }
    const { stdout, stderr } = await run("plan", "--format", "github", "-q");
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([expect.stringContaining("agent three is blocked::"), ""]);
    expect(await run("why", "four", "-q")).toMatchObject({ stdout: "", stderr: "" });
  });

  it("include a suggestion for an unknown agent or format", async () => {
    const unknown = await run("why", "thre");
    expect(unknown.stderr).toBe('Error: there is no agent "thre"\n  = hint: did you mean "three"?\n');
    const annotated = await run("plan", "--format", "github", "thre");
    expect(annotated).toMatchObject({
      stdout:
        '::error title=fleet%3A unknown-agent::there is no agent "thre"%0Ahint: did you mean "three"?\n',
      stderr: "",
    });
    expect((await run("plan", "--format", "html")).stderr).toContain(
      "Allowed choices are text, json, markdown, github.",
    );
    expect(JSON.parse((await run("plan", "--format", "json", "--nwo")).stdout)).toMatchObject({
      diagnostics: [{ code: "bad-usage" }],
    });
  });

  it("are an error at its line for GitHub if fleet.yaml is invalid", async () => {
    await box.write(
      "~/work/wrong.yaml",
      edited.replace("1G", "1GB").replace("env: {", "env: { PIN: [canary-x],"),
    );
    const { code, stdout, stderr } = await run("plan", "--format", "github", "-f", "wrong.yaml");
    expect(code).toBe(65);
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^::error file=wrong\.yaml,line=4,col=\d+,title=fleet%3A wrong-type::/),
      expect.stringMatching(/^::error file=wrong\.yaml,line=9,col=29,title=fleet%3A invalid-value::/),
      "",
    ]);
    for (const args of [["plan", "--format", "markdown"], ["diff"], ["why", "one"]]) {
      expect(await run(...args, "-f", "wrong.yaml")).toMatchObject({ code: 65, stdout: "" });
    }
  });

  it("contain no secret in any format", () => {
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ stdout, stderr }) => /canary-/.test(stdout + stderr))).toEqual([]);
  });

  describe("Without differences the plan", () => {
    beforeEach(() => declare(box, declared));

    it("is empty, in every format, with exit code 0", async () => {
      for (const format of ["text", "json", "markdown", "github"]) {
        const { code, stdout } = await run("plan", "--format", format, "--detailed-exitcode");
        expect(code).toBe(0);
        expect(stdout).toContain(
          format === "json" ? '"actions": []' : "No changes. The fleet matches fleet.yaml.",
        );
      }
      const diff = await run("diff", "--detailed-exitcode");
      expect(diff.code).toBe(0);
      expect(withoutControllers(diff.stdout)).toBe("No changes. The fleet matches fleet.yaml.\n");
      expect((await run("why", "one")).stdout).toMatch(
        /difference {2}none\n[\s\S]*action {6}nothing to do\n$/,
      );
    });

    it("loads neither the parser of YAML nor the schema, except for fleet why", async () => {
      const loaded = await watchLoads(box);
      for (const args of ["plan", "plan --format markdown", "plan --format github", "diff"]) {
        expect(await loaded(args), args).toContain("plan.js");
        expect(await loaded(args), args).not.toMatch(/parse|schema|field-places/);
      }
      expect(await loaded("why one")).toContain("field-places.js");
    });
  });
});
