import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../src", import.meta.url));

interface Source {
  /** Below src/, as in `plan/order.ts`. */
  readonly path: string;
  readonly text: string;
  /** Everything imported at run time: packages by name, files by their path below src/. */
  readonly imports: readonly string[];
  /** The same, with the imported types. */
  readonly knows: readonly string[];
}

const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
  .sort()
  .map(readSource);

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const lines = [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gms,
    ),
  ];
  const resolved = lines.map(([, type, from, lazy, bare]) => {
    const target = from ?? lazy ?? bare ?? "";
    const file = target.startsWith(".") ? relative(root, join(root, dirname(path), target)) : target;
    return { file, type: type !== undefined };
  });
  return {
    path,
    text,
    imports: resolved.filter(({ type }) => !type).map(({ file }) => file),
    knows: resolved.map(({ file }) => file),
  };
}

/** Returns `FILE → IMPORT` for every import forbidden by the rule, also for imports of types only. */
function breaches(
  files: (path: string) => boolean,
  forbidden: (imported: string) => boolean,
): readonly string[] {
  return sources
    .filter(({ path }) => files(path))
    .flatMap(({ path, knows }) => knows.filter(forbidden).map((imported) => `${path} → ${imported}`));
}

const inFolder =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** The rim of config: it reads files, the cache or the environment. */
const configRim = [
  "config/file/load.ts",
  "config/file/included-files.ts",
  "config/file/read-text.ts",
  "config/file/cache.ts",
  "config/file/file-access.ts",
];

const pureFolders =
  "desired observed plan activity attach send mcp top doctor graph logs history diffs events import runtimes machine diagnostics permissions secrets text".split(
    " ",
  );

/** The state machines of apply, watch and an attached command: their drivers execute the decisions. */
const stateMachines = [
  ...["run-state", "batches", "dependencies"].map((name) => `apply/${name}.ts`),
  ...["loop", "session", "back-off", "clock-jumps"].map((name) => `watch/loop/${name}.ts`),
  ...[
    "memory",
    "new-events",
    "changed-events",
    "plan-with-holds",
    "next-reconcile",
    "retry",
    "unfinished",
  ].map((name) => `watch/reconcile/${name}.ts`),
  "watch/source/source-state.ts",
  ...["source/follow-state", "paths/coverage"].map((name) => `watch/${name}.ts`),
  "system/attach/attach-state.ts",
  "top/top-state.ts",
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
    for (const driver of ["systemd", "tmux", "files"]) {
      const others = ["systemd", "tmux", "files"]
        .filter((each) => each !== driver)
        .map((each) => `drivers/${each}`);
      expect(breaches(inFolder(`drivers/${driver}`), inFolder(...others))).toEqual([]);
    }
  });

  it("lets only system/ start processes, and only config use yaml and zod", () => {
    const not = (folder: string) => (path: string) => !path.startsWith(`${folder}/`);
    expect(breaches(not("system"), (name) => name === "node:child_process" || name === "execa")).toEqual([]);
    const importing = (wanted: string): readonly string[] =>
      sources.filter(({ imports }) => imports.includes(wanted)).map(({ path }) => path);
    expect(importing("execa")).toEqual(["system/foreground.ts", "system/run-command.ts"]);
    expect(importing("node:child_process")).toEqual(["system/attach/attach.ts", "system/read-command.ts"]);
    expect(
      breaches(not("config"), (name) => name === "yaml" || name === "zod/mini" || name === "zod"),
    ).toEqual([]);
  });

  it("lets only start.ts use the launcher, because the bundle would contain a second copy", () => {
    const rest = (path: string): boolean => path !== "start.ts" && !inFolder("launcher")(path);
    expect(breaches(rest, inFolder("launcher"))).toEqual([]);
  });

  it("lets only the questions of init use the library for prompts, and loads it for no other command", () => {
    const users = sources.filter(({ imports }) => imports.includes("@clack/prompts")).map(({ path }) => path);
    expect(users).toEqual(["report/init/questions.ts"]);
    const importers = sources.filter(({ imports }) => imports.includes("report/init/questions.ts"));
    expect(importers.map(({ path }) => path)).toEqual(["commands/init/init.ts"]);
    expect(importers[0]?.text).not.toMatch(/^import .*questions\.ts/m);
  });

  it("lets only the server of MCP use its library, and loads it for no other command", () => {
    const users = sources.filter(({ imports }) =>
      imports.some((name) => name.startsWith("@modelcontextprotocol/")),
    );
    expect(users.map(({ path }) => path)).toEqual(["commands/mcp/serve.ts"]);
    const importers = sources.filter(({ knows }) => knows.includes("commands/mcp/serve.ts"));
    expect(importers.map(({ path }) => path)).toEqual(["commands/mcp/mcp.ts"]);
    expect(importers[0]?.text).not.toMatch(/^import .*serve\.ts/m);
    // A bundle of its own would have second copies of the states of these modules.
    const own = [...reachableFrom("commands/mcp/serve.ts")];
    expect(own.filter((path) => inFolder("apply", "observe", "drivers", "system")(path))).toEqual([]);
  });

  it("lets only the watch of one folder use chokidar", () => {
    const users = sources.filter(({ imports }) => imports.includes("chokidar")).map(({ path }) => path);
    expect(users).toEqual(["watch/paths/folder-watch.ts"]);
  });

  it("loads the readers of other tools' files in fleet import alone, and the library for KDL for zellij", () => {
    const users = sources.filter(({ imports }) => imports.some((name) => name.startsWith("@bgotink/kdl")));
    expect(users.map(({ path }) => path)).toEqual(["import/zellij/kdl-nodes.ts"]);
    const readers = ["import/formats.ts", "config/yaml/located-nodes.ts", "config/writing/fleet-text.ts"];
    for (const command of [...commandsOf("command-line/reading-commands.ts"), "commands/apply/apply.ts"]) {
      expect([...reachableFrom(command)].filter((path) => readers.includes(path))).toEqual([]);
    }
    const importing = [...reachableFrom("commands/import/import.ts")];
    expect(importing).toEqual(expect.arrayContaining(readers));
    expect(importing.filter((path) => path.startsWith("apply/"))).toEqual([]);
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

  it("keeps plan and status away from modules that write or change units", () => {
    const acting = [
      "drivers/files/write.ts",
      "drivers/systemd/verbs.ts",
      "drivers/tmux/kill-sessions.ts",
      "system/flock.ts",
    ];
    const acts = (path: string): boolean => acting.includes(path) || path.startsWith("apply/");
    const commands = commandsOf("command-line/reading-commands.ts");
    expect(commands).toEqual(expect.arrayContaining(["commands/plan/plan.ts", "commands/status/status.ts"]));
    for (const command of commands) {
      const reached = [...reachableFrom(command)].filter(acts);
      expect({ command, reached }).toEqual({ command, reached: writtenFolders[command] ?? [] });
    }
    expect(commands).toEqual(expect.arrayContaining(Object.keys(writtenFolders)));
    expect([...reachableFrom("commands/apply/apply.ts")]).toEqual(expect.arrayContaining(acting));
  });

  it("keeps render away from systemd and tmux, and the check of units away from changes", () => {
    const inDrivers = (command: string): readonly string[] =>
      [...reachableFrom(command)].filter((path) => /^drivers\/(?:systemd|tmux)\//.test(path)).sort();
    expect(inDrivers("commands/render.ts")).toEqual([]);
    expect(inDrivers("commands/validate-units.ts")).toEqual(["drivers/systemd/verify-units.ts"]);
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

/**
 * Reading commands that write nevertheless: into a folder named by the user, or a temporary one. Every other command
 * declared in command-line/reading-commands.ts reaches nothing that acts.
 */
const writtenFolders: Readonly<Record<string, readonly string[]>> = {
  "commands/render.ts": ["drivers/files/write.ts"],
  "commands/validate-units.ts": ["drivers/files/write.ts"],
};

/** Returns the commands loaded by a file of src/command-line/. */
function commandsOf(declarations: string): readonly string[] {
  const imports = sources.find(({ path }) => path === declarations)?.imports ?? [];
  return imports.filter((path) => path.startsWith("commands/") && !path.startsWith("commands/shared/"));
}

function reachableFrom(start: string): ReadonlySet<string> {
  const imports = new Map(sources.map(({ path, imports: each }) => [path, each]));
  const reached = new Set<string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(imports.get(path) ?? []));
  }
  return reached;
}
