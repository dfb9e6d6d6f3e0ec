import type { Wording } from "../../src/diagnostics/wording.ts";
import { wordingText } from "../../src/report/terminal/wording-text.ts";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { settleImport } from "../../src/commands/import/settle.ts";
import type { WrittenValue } from "../../src/config/writing/fleet-text.ts";
import { knownKeys } from "../../src/config/schema/schema.ts";
import { detectFormat } from "../../src/import/detect.ts";
import type { ImportedFleet, Input } from "../../src/import/form/imported.ts";
import { readerOf } from "../../src/import/formats.ts";
import { noteLines, summaryLines } from "../../src/report/import/summary-text.ts";

const root = new URL("golden/", import.meta.url);
const world = { home: "/home/ada", user: "ada", shell: "bash" };

/** The names that the inputs of each folder have in the folder of a project. */
const usualNames: Readonly<Record<string, string>> = {
  tmuxp: ".tmuxp.yaml",
  tmuxinator: ".tmuxinator.yml",
  smug: ".smug.yml",
  procfile: "Procfile",
  "process-compose": "process-compose.yaml",
  mprocs: "mprocs.yaml",
};

const companion = /\.(?:env|overmind\.env|foreman)$/;

interface Case {
  readonly title: string;
  readonly input: Input;
  readonly expected: string;
  /** The expected summary, or the errors. */
  readonly told: string;
}

function casesIn(folder: string): readonly Case[] {
  const files = readdirSync(new URL(`${folder}/`, root)).sort();
  const text = (file: string): string => readFileSync(new URL(`${folder}/${file}`, root), "utf8");
  return files
    .filter((file) => file.endsWith(".expect.yaml"))
    .map((expected) => {
      const number = expected.slice(0, 2);
      const own = files.filter(
        (file) => file.startsWith(number) && !/\.(?:expect\.yaml|told\.txt)$/.test(file),
      );
      const main = own.find((file) => !companion.test(file)) ?? "";
      const name = usualNames[folder] ?? main.slice(3);
      const companions = own
        .filter((file) => companion.test(file))
        .map((file): [string, string] => [file.slice(2), text(file)]);
      const shown = folder === "tmuxp" && main.endsWith(".json") ? ".tmuxp.json" : name;
      return {
        title: `${folder} ${number}`,
        input: {
          path: shown,
          name: shown,
          folder: "/home/ada/app",
          text: text(main),
          companions: new Map(companions),
        },
        expected: text(expected),
        told: `golden/${folder}/${number}.told.txt`,
      };
    });
}

const cases = readdirSync(root).flatMap(casesIn);

async function read(
  input: Input,
): Promise<
  { readonly fleet: ImportedFleet; readonly format: string } | { readonly problems: readonly string[] }
> {
  const format = detectFormat(input);
  if (!format.ok) return { problems: format.diagnostics.map(problemText) };
  const reading = (await readerOf(format.value))(input, world, "auto");
  if (reading.ok) return { fleet: reading.value, format: format.value };
  return { problems: [...reading.diagnostics.map(problemText), ...noteLines(reading.notes)] };
}

function problemText({
  code,
  summary,
  hint,
  place,
}: {
  code: string;
  summary: string;
  hint?: Wording | undefined;
  place?: { file: string; line: number; column: number } | undefined;
}): string {
  return `${place === undefined ? "" : `${place.file}:${place.line}:${place.column}: `}${code}: ${summary} (${wordingText(hint ?? "")})`;
}

/** Returns a value with its maps as lists of pairs, so their order counts. */
function ordered(value: unknown): unknown {
  if (value instanceof Map)
    return { order: [...value.keys()].map(String), of: ordered(Object.fromEntries(value)) };
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, ordered(each)]));
}

/** Returns the whole result as data: also the wishes for which fleet.yaml has no key. */
function dataOf({ tmux, defaults, agents }: ImportedFleet): unknown {
  const section = (name: string, keys: Readonly<Record<string, WrittenValue>>): unknown =>
    Object.keys(keys).length === 0 ? {} : { [name]: keys };
  return ordered({
    version: 1,
    ...(section("tmux", tmux) as object),
    ...(section("defaults", defaults) as object),
    agents: new Map(agents.map(({ name, keys, wishes }) => [name, { ...keys, ...wishes }])),
  });
}

function expectedData(text: string): unknown {
  const value = parse(text, { mapAsMap: true }) as Map<string, unknown>;
  const plain = (each: unknown, keepsOrder: boolean): unknown => {
    if (Array.isArray(each)) return each.map((item) => plain(item, false));
    if (!(each instanceof Map)) return each;
    if (!keepsOrder)
      return Object.fromEntries(
        [...each].map(([key, item]) => [String(key), plain(item, key === "windows")]),
      );
    return {
      order: [...each.keys()].map(String),
      of: Object.fromEntries([...each].map(([key, item]) => [String(key), plain(item, false)])),
    };
  };
  return Object.fromEntries([...value].map(([key, each]) => [key, plain(each, key === "agents")]));
}

const newKeys = new Set(
  "windows hooks ready stop log worktree".split(" ").filter((key) => !knownKeys.agent.includes(key)),
);

/** Returns fleet.yaml as data, and the expected data as far as fleet.yaml has keys for it. */
function withoutNewKeys(text: string): unknown {
  const fleet = parse(text) as { agents: Record<string, Record<string, unknown>> };
  const agents = Object.entries(fleet.agents).map(([name, keys]) => [
    name,
    Object.fromEntries(Object.entries(keys).filter(([key]) => !newKeys.has(key))),
  ]);
  return { ...fleet, agents: Object.fromEntries(agents) as unknown };
}

describe("fleet import", () => {
  it.each(cases)("reads $title", async ({ input, expected, told }) => {
    const result = await read(input);
    if ("problems" in result) {
      expect(expected).toBe("refused: true\n");
      await expect(`${result.problems.join("\n")}\n`).toMatchFileSnapshot(told);
      return;
    }
    expect(dataOf(result.fleet)).toEqual(expectedData(expected));
    const settled = settleImport(result.fleet, []);
    if (!settled.ok) throw new Error(settled.diagnostics.map(problemText).join("\n"));
    expect(settled.value.fleet).toBe(result.fleet);
    expect(parse(settled.value.text)).toEqual(withoutNewKeys(expected));
    const summary = summaryLines([{ path: input.path, format: result.format as "tmuxp" }], result.fleet);
    await expect(`${settled.value.text}\n${summary.join("\n")}\n`).toMatchFileSnapshot(told);
  });
});
