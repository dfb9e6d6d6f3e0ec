import { quoteShortened } from "../describe-path.ts";
import { entryWord } from "../entry-path.ts";
import type { Problem } from "../problem.ts";
import { valueAt } from "../value-at.ts";
import { lineAt, sourceOf } from "../yaml/located-problem.ts";
import { spanOf } from "../yaml/spans.ts";
import { knownKeys } from "../schema/schema.ts";
import { declares, type FleetFile } from "./fleet-file.ts";

/** Settings of the whole fleet, which have one place. */
const onlyInFirst = knownKeys.fleet.filter(
  (key) => !["version", "include", "hosts", "runtimes", "agents", "services"].includes(key),
);

/** Returns a problem for each setting of an included file that only the first file may have. */
export function misplacedSettings({ value }: FleetFile, first: FleetFile): readonly Problem[] {
  return onlyInFirst
    .filter((key) => valueAt(value, [key]) !== undefined)
    .map((key) => ({
      code: "unknown-key",
      summary: `${key} in an included file`,
      detail:
        "An included file has agents, services, runtimes, hosts and include. The rest is for the whole fleet.",
      hint:
        key === "defaults"
          ? `move it to ${first.file}, or share parts with an anchor below x-…`
          : `move it to ${first.file}`,
      path: [key],
      on: "key",
    }));
}

/** Returns the value of an included file as that of a whole fleet.yaml, for the schema. */
export function asWholeFile({ value }: FleetFile): unknown {
  if (value === null || value === undefined) return { version: 1 };
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const taken = Object.entries(value).filter(([key]) => !onlyInFirst.some((each) => each === key));
  return { version: 1, ...Object.fromEntries(taken) };
}

/** Returns the problems of agents, runtimes and hosts a file before `files[index]` declares too. */
export function repeatedNames(files: readonly FleetFile[], index: number): readonly Problem[] {
  const before = files.slice(0, index);
  return (["agents", "services", "runtimes", "hosts"] as const).flatMap((section) => {
    const entries = valueAt(files[index]?.value, [section]);
    if (typeof entries !== "object" || entries === null) return [];
    return Object.keys(entries).flatMap((name): readonly Problem[] => {
      const path = [section, name];
      const first = before.find((file) => declares(file, path));
      if (first === undefined) return [];
      const isEntry = section === "agents" || section === "services";
      const what = isEntry ? entryWord(section) : section.slice(0, -1);
      return [
        {
          code: isEntry ? "duplicate-agent" : "duplicate-key",
          summary: `${what} ${quoteShortened(name)} is declared twice`,
          detail: `${first.file}:${lineOfPath(first, path)} declares it already.`,
          hint: "remove or rename one of them",
          path,
          on: "key",
        },
      ];
    });
  });
}

function lineOfPath({ document, file, text }: FleetFile, path: readonly string[]): number {
  return lineAt(sourceOf(file, text), spanOf(document, { path, on: "key" }).start);
}
