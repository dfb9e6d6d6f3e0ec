import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parseFleet } from "../../../src/config/parse.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan } from "../../support/fleet/fleet.ts";
import { hostileText, isCarriable, isFileName } from "../../support/faults/hostile-texts.ts";

const agentCount = 12;
const variablesPerAgent = 40;

/** The longest text accepted by fleet.yaml, bytes. */
const longest = 120_000;

interface Case {
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of the agent's program. */
  readonly args: readonly string[];
  /** The form of the command in fleet.yaml, and its place. */
  readonly style: "list" | "line" | "runtime";
  /** File names below HOME. */
  readonly workdir: string;
  readonly envFile: string;
  readonly description: string;
}

/** sh waits for a line that nobody types, and its arguments are the rest. */
const program = ["/bin/sh", "-c", "read line"];

describe("any text in fleet.yaml", () => {
  const box = useSandbox();
  let cases: readonly Case[];
  let seen: Readonly<Record<string, Seen>>;

  beforeAll(async () => {
    cases = fc.sample(arbitraryCase, agentCount).map(distinct);
    const files = cases.flatMap(({ workdir, envFile }) => [`d ${workdir}/.`, `f ${envFile}`]);
    await box.write("~/make.mjs", maker);
    await box.sh("node ~/make.mjs", { input: JSON.stringify(files) });
    await box.write("~/work/tmux of 'mine' #(touch ~/PWNED) $(touch ~/PWNED) .conf", "set -g @mine yes\n");
    await box.write("~/precious", "mine\n");
    await declare(box, JSON.stringify(fleetOf(cases)));
    await apply(box);
    await box.write("~/look.mjs", looker);
    seen = await until("all agents run their own command", async () => {
      const found: Readonly<Record<string, Seen>> = JSON.parse(await box.sh("node ~/look.mjs"));
      const ready = Object.values(found).filter(
        ({ argv }) => argv[0] === "/bin/sh" && argv[2] === "read line",
      );
      return ready.length === cases.length + 2 && found;
    });
  });

  it("arrives in the agents' environments, byte by byte", () => {
    for (const [index, { env }] of cases.entries()) {
      const arrived = seen[`a${index}`]?.env ?? {};
      for (const [name, value] of Object.entries(env)) expect([name, arrived[name]]).toEqual([name, value]);
      expect([index, arrived["FROM_FILE"]]).toEqual([index, `it's of a${index}`]);
    }
    expect(cases.reduce((sum, { env }) => sum + Object.keys(env).length, 0)).toBeGreaterThan(400);
  });

  it("arrives in their arguments, from a list, a line for the shell and a runtime", () => {
    for (const [index, { args }] of cases.entries())
      expect(seen[`a${index}`]?.argv).toEqual([...program, ...args]);
  });

  it("may be the name of any variable", async () => {
    expect(seen["names"]?.env).toMatchObject(scriptNames);
    expect(await box.read("~/precious")).toBe("mine\n");
  });

  it("may be the name of the directory in which they run", () => {
    for (const [index, { workdir }] of cases.entries())
      expect(seen[`a${index}`]?.cwd).toBe(`${box.home}/${workdir}`);
  });

  it("arrives in systemd's description of them", async () => {
    const units = cases.map((_, index) => `mosaic-agent@a${index}.service`).join(" ");
    const shown = await box.sh(`systemctl --user show -p Description --value ${units}`);
    expect(shown.trimEnd().split("\n\n")).toEqual(cases.map(({ description }) => description));
  });

  it("arrives at its maximum length", () => {
    const { env = {}, argv = [] }: Partial<Seen> = seen["long"] ?? {};
    expect([env["LONG"]?.length, env["QUOTES"], argv.at(-1)?.length]).toEqual([
      longest,
      "'".repeat(longest),
      longest - 100,
    ]);
  });

  it("may be the path of the tmux.conf", async () => {
    expect(await box.sh("tmux -N -L mosaic-factory show-options -gv @mine")).toBe("yes\n");
  });

  it("is never executed on the way", async () => {
    expect(await box.sh("find /run/home /tmp -name '*PWNED*' -type f -size 0 ! -path '*/f-*'")).toBe("");
    await box.sh(`sh -c "$(printf '%s' 'true ;touch ~/PWNED;')"`);
    expect(await box.sh("find /run/home /tmp -name PWNED")).toBe("/run/home/PWNED\n");
    await box.sh("rm ~/PWNED");
  });

  it("causes no second change", async () => {
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is refused at its place if it cannot arrive, and nothing is changed or executed", async () => {
    const texts = fc
      .sample(hostileText, 500)
      .filter((text) => !isCarriable(text))
      .slice(0, 22);
    expect(texts.length).toBeGreaterThan(5);
    const lines = texts.flatMap((text, index) => [
      `  x${index}: { command: ${JSON.stringify(text)} }`,
      `  y${index}: { command: [x, ${JSON.stringify(text)}] }`,
      `  z${index}: { command: x, env: { A: ${JSON.stringify(text)} } }`,
      `  w${index}: { command: x, workdir: ${JSON.stringify(`/${text}`)} }`,
    ]);
    for (const line of lines) {
      const result = parseFleet(`version: 1\nagents:\n${line}\n`, "f");
      expect(result.ok ? [line] : result.diagnostics.map(({ place }) => place?.line)).toEqual([3]);
    }
    await box.write("/tmp/bad.yaml", `version: 1\nagents:\n${lines.join("\n")}\n`);
    const ran = await fleet(box, "apply", "--yes", "--file", "/tmp/bad.yaml");
    expect(ran.code).toBe(65);
    expect(new Set(ran.stderr.match(/bad\.yaml:\d+(?=:\d+)/g)).size).toBe(lines.length);
    expect(await box.sh("find /run/home /tmp -name PWNED")).toBe("");
  });
});

interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly cwd: string;
}

/** Names of present or possible variables of the start script. Each of them names a file that must not be removed. */
const scriptNames = Object.fromEntries(
  "pane_fifo pane_directory pane_status pane_name pane_group pane_path pane_command pane_term name who unit group socket directory fifo tree status error screen pane panes answer line tool target answer_1 _x A__"
    .split(" ")
    .map((name) => [name, "/run/home/precious"]),
);

const value = hostileText.filter(isCarriable);
const fileName = hostileText.filter(isFileName);
const oneLine = value.filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));

const arbitraryCase: fc.Arbitrary<Case> = fc.record({
  env: fc
    .array(value, { minLength: variablesPerAgent, maxLength: variablesPerAgent })
    .map((values) => Object.fromEntries(values.map((each, index) => [`V${index}`, each]))),
  args: fc.array(value, { minLength: 1, maxLength: 8 }),
  style: fc.constantFrom("list", "line", "runtime"),
  workdir: fileName,
  envFile: fileName,
  description: oneLine.map((text) => `d${text.trim()}`.trim()),
});

/** Makes the names of folders and files unique; a blank or a backslash at the end stays there. */
function distinct({ workdir, envFile, ...rest }: Case, index: number): Case {
  const end = ["", " ", "\\", "\\ "][index % 4] ?? "";
  return { ...rest, workdir: `d-${index}${workdir}${end}`, envFile: `f-${index}${envFile}${end}` };
}

function fleetOf(cases: readonly Case[]): object {
  const lists = cases.map(({ args }) => [...program, ...args]);
  return {
    version: 1,
    tmux: { config: "~/work/tmux of 'mine' #(touch ~/PWNED) $(touch ~/PWNED) .conf" },
    runtimes: Object.fromEntries(lists.map((command, index) => [`r${index}`, { command }])),
    agents: {
      ...Object.fromEntries(
        cases.map(({ env, style, workdir, envFile, description }, index) => [
          `a${index}`,
          {
            ...(style === "runtime" ? { runtime: `r${index}` } : {}),
            ...(style === "list" ? { command: lists[index] } : {}),
            ...(style === "line" ? { command: `exec ${(lists[index] ?? []).map(quoted).join("  ")}` } : {}),
            env,
            workdir: `~/${workdir}`,
            envFiles: [`~/${envFile}`],
            description,
            labels: { [`l${description}`]: description },
          },
        ]),
      ),
      names: { command: program, env: scriptNames },
      long: {
        command: [...program, "x".repeat(longest - 100)],
        env: { LONG: "\u0001".repeat(longest), QUOTES: "'".repeat(longest) },
      },
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** A script for folders and env files, whose names no shell has to see. */
const maker = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
for (const entry of JSON.parse(readFileSync(0, "utf8"))) {
  const path = process.env.HOME + "/" + entry.slice(2);
  if (entry.startsWith("d ")) mkdirSync(path.slice(0, -2));
  else writeFileSync(path, 'FROM_FILE="it' + "'" + 's of a' + parseInt(entry.slice(4), 10) + '"\\n');
}`;

/** A script that prints the variables of the agents' own processes, by name. */
const looker = `
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
const panes = execFileSync("tmux", ["-N", "-L", "mosaic-factory", "list-panes", "-a", "-F", "#{session_name} #{pane_pid}"], { encoding: "utf8" });
const seen = {};
for (const [agent, pane] of panes.trim().split("\\n").map((line) => line.split(" "))) {
  const child = readFileSync("/proc/" + pane + "/task/" + pane + "/children", "utf8").trim();
  const list = (file) => readFileSync("/proc/" + child + "/" + file, "utf8").split("\\0").slice(0, -1);
  const env = Object.fromEntries(list("environ").map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
  seen[agent] = { env, argv: list("cmdline"), cwd: readlinkSync("/proc/" + child + "/cwd") };
}
console.log(JSON.stringify(seen));`;
