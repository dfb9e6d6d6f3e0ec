import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { breaches, inFolder, root, sources } from "./support/sources.ts";

/** The rim of config: it reads files, the cache or the environment. */
const configRim = [
  "config/file/load.ts",
  "config/file/candidates.ts",
  "config/file/included-files.ts",
  "config/file/read-text.ts",
  "config/file/own-part.ts",
  "config/file/placed-files.ts",
  "config/file/cache.ts",
  "config/file/trust/file-access.ts",
];

const pureFolders =
  "desired observed plan hosts activity attach send mcp top doctor graph logs history worktrees diffs events import runtimes machine diagnostics permissions secrets text".split(
    " ",
  );

/** The state machines of apply, watch and an attached command: their drivers execute the decisions. */
const stateMachines = [
  ...["run-state", "batches", "dependencies", "turns/waves"].map((name) => `apply/${name}.ts`),
  ...["loop", "watch-state", "back-off", "clock-jumps"].map((name) => `watch/loop/${name}.ts`),
  ...[
    "memory",
    "new-events",
    "changed-events",
    "plan-with-holds",
    "find-hold",
    "turn-holds",
    "next-reconcile",
    "retry",
    "unfinished",
  ].map((name) => `watch/reconcile/${name}.ts`),
  "watch/source/source-state.ts",
  "source/pull-state.ts",
  ...["source/follow-state", "paths/coverage"].map((name) => `watch/${name}.ts`),
  "system/attach/attach-state.ts",
  "top/top-state.ts",
  "transport/host-run-state.ts",
];

/** node: modules that only compute. */
const computing = ["node:path/posix", "node:path", "node:crypto"];

describe("the layout of src", () => {
  it("is read by this test", () => {
    expect(sources.length).toBeGreaterThan(80);
    expect(sources.find(({ path }) => path === "commands/plan/plan.ts")?.imports).toContain(
      "plan/fleet/plan-fleet.ts",
    );
  });

  const isImpure = (imported: string): boolean =>
    (imported.startsWith("node:") && !computing.includes(imported)) ||
    inFolder("drivers", "system", "observe", "report", "commands")(imported);

  it("keeps the core pure: it computes, and neither reads nor runs anything", () => {
    const pure = (path: string): boolean =>
      inFolder(...pureFolders)(path) ||
      ["render/rendered-files.ts", "render/plan-render.ts"].includes(path) ||
      (path.startsWith("config/") && !configRim.includes(path));
    const isAbove = inFolder("apply", "watch");
    expect(breaches(pure, (imported) => isImpure(imported) || isAbove(imported))).toEqual([]);
  });

  it("keeps the decisions of apply, of the watch and of an attached command pure, too", () => {
    const paths = new Set(sources.map(({ path }) => path));
    expect(stateMachines.filter((path) => !paths.has(path))).toEqual([]);
    const drawn = readFileSync(join(root, "../docs/architecture.md"), "utf8").matchAll(
      /^\| `([a-z/-]+\.ts)` +\| `[a-z/-]+\.ts` +\| /gm,
    );
    const documented = [...drawn].map(([, path]) => path);
    expect(documented.length).toBeGreaterThan(5);
    expect(stateMachines).toEqual(expect.arrayContaining(documented));
    const named = [...paths].filter((path) => path.endsWith("-state.ts") && !path.startsWith("drivers/"));
    expect(stateMachines).toEqual(expect.arrayContaining(named));
    const drivers = sources.map(({ path }) => path).filter((path) => !stateMachines.includes(path));
    const isDriver = (imported: string): boolean =>
      inFolder("apply", "watch")(imported) && drivers.includes(imported);
    const decides = (path: string): boolean => stateMachines.includes(path);
    expect(breaches(decides, (imported) => isImpure(imported) || isDriver(imported))).toEqual([]);
  });

  it("hides config, plan, report and other drivers from drivers", () => {
    expect(
      breaches(
        inFolder("drivers"),
        inFolder("config", "desired", "observed", "plan", "observe", "report", "commands", "apply", "watch"),
      ),
    ).toEqual([]);
    for (const driver of ["systemd", "tmux", "files", "git"]) {
      const others = ["systemd", "tmux", "files", "git"]
        .filter((each) => each !== driver)
        .map((each) => `drivers/${each}`);
      expect(breaches(inFolder(`drivers/${driver}`), inFolder(...others))).toEqual([]);
    }
  });

  it("lets only system/ start processes, and only config use yaml and zod, besides the messages of pages", () => {
    const not = (folder: string) => (path: string) =>
      !path.startsWith(`${folder}/`) && path !== "ui/messages.ts";
    expect(breaches(not("system"), (name) => name === "node:child_process" || name === "execa")).toEqual([]);
    const importing = (wanted: string): readonly string[] =>
      sources.filter(({ imports }) => imports.includes(wanted)).map(({ path }) => path);
    expect(importing("execa")).toEqual(["system/child/foreground.ts", "system/child/run-command.ts"]);
    expect(importing("node:child_process")).toEqual([
      "system/attach/attach.ts",
      "system/child/read-command.ts",
      "system/child/start-program.ts",
    ]);
    expect(
      breaches(not("config"), (name) => name === "yaml" || name === "zod/mini" || name === "zod"),
    ).toEqual([]);
  });

  it("lets only report print, and only cli.ts and start.ts set the exit code", () => {
    const printing = /console\.|process\.(?:stdout|stderr)\.write/;
    const printers = sources.filter(({ path, text }) => printing.test(text) && !path.startsWith("report/"));
    expect(printers.map(({ path }) => path)).toEqual([]);
    const exiting = sources.filter(({ text }) => /process\.exit(?:Code\s*=|\()/.test(text));
    expect(exiting.map(({ path }) => path)).toEqual(["cli.ts", "start.ts"]);
  });

  it("has one-way imports between folders, and between the rooms of a folder", () => {
    const folder = (path: string): string =>
      path.startsWith("diffs/plan/") ? "diffs/plan" : (path.split("/")[0] ?? "");
    const room = (path: string): string => path.split("/").slice(0, -1).join("/");
    expect(circles(folder, () => true)).toEqual([]);
    expect(circles(room, (path) => path.split("/").length > 2)).toEqual([]);
  });

  it("has no folder of more than fifteen files", () => {
    const counts = new Map<string, number>();
    const tests = readdirSync(join(root, "../test"), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.[cm]?[jt]s$/.test(path))
      .map((path) => `test/${path}`);
    for (const path of [...sources.map((each) => each.path), ...tests]) {
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });

  it("declares an exported name in no other file, so a search for it has one answer", () => {
    const places = new Map<string, ReadonlySet<string>>();
    const exported = new Set<string>();
    for (const { path, text } of sources) {
      const declared = text.matchAll(
        /^(export )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm,
      );
      for (const [, isExported, name = ""] of declared) {
        places.set(name, new Set([...(places.get(name) ?? []), path]));
        if (isExported !== undefined) exported.add(name);
      }
    }
    expect(exported.size).toBeGreaterThan(1000);
    const several = [...places].filter(([name, { size }]) => size > 1 && exported.has(name));
    expect(several.map(([name, paths]) => `${name}: ${[...paths].join(" ")}`)).toEqual([]);
  });

  it("is made of small files", () => {
    const lengths = sources
      .map(({ path, text }) => ({ path, lines: text.split("\n").length }))
      .sort((a, b) => a.lines - b.lines);
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThanOrEqual(120);
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

/** Returns the places that lead back to themselves, by values or types, if each file is taken for its place. */
function circles(placeOf: (path: string) => string, counts: (path: string) => boolean): readonly string[] {
  const arrows = new Map<string, Set<string>>();
  for (const { path, knows } of sources.filter((each) => counts(each.path))) {
    const place = placeOf(path);
    const files = knows.filter((file) => file.endsWith(".ts") && counts(file));
    const others = files.map(placeOf).filter((other) => other !== place);
    arrows.set(place, new Set([...(arrows.get(place) ?? []), ...others]));
  }
  const leadsTo = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(arrows.get(from) ?? [])].some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return leadsTo(next, goal, seen);
    });
  return [...arrows.keys()].filter((place) => leadsTo(place, place));
}
