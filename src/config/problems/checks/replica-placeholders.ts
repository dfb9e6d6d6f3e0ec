import { quoteShortened } from "../../describe-path.ts";
import { entryPath } from "../../entry-path.ts";
import { asksForReplica } from "../../entries/placeholders.ts";
import type { Path, Problem } from "../../problem.ts";
import { mapTexts } from "../../entries/window-texts.ts";
import type { AgentConfig, CommandConfig, FleetConfig } from "../../types.ts";

/** Returns a problem for each `{replica}` of an agent without replicas, which has no number. */
export function replicaProblems(config: FleetConfig): readonly Problem[] {
  return Object.entries(config.agents).flatMap(([name, entry]) => {
    if (entry.replicas !== undefined) return [];
    return fillableValues(name, entry, config)
      .filter(({ text }) => asksForReplica(text))
      .map(({ path }) => withoutNumber(name, path));
  });
}

interface TextAtPath {
  readonly text: string;
  readonly path: Path;
}

/** Returns the values of an agent that can have placeholders, with those of `defaults` and its runtime. */
function fillableValues(name: string, entry: AgentConfig, config: FleetConfig): readonly TextAtPath[] {
  const own = entryPath(name, entry);
  const { defaults, runtimes } = entry.service === true ? { ...config, defaults: {} } : config;
  const runtime = entry.runtime ?? defaults.runtime;
  const fromRuntime =
    runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime]?.command : undefined;
  const command =
    entry.command === undefined
      ? commandTexts(fromRuntime, ["runtimes", runtime ?? "", "command"])
      : commandTexts(entry.command, [...own, "command"]);
  const shared = Object.entries(defaults.env ?? {}).filter(([key]) => !Object.hasOwn(entry.env ?? {}, key));
  return [
    ...command,
    ...(entry.workdir === undefined
      ? one(defaults.workdir, ["defaults", "workdir"])
      : one(entry.workdir, [...own, "workdir"])),
    ...worktreeValues(entry, own),
    ...(entry.workdir === undefined ? worktreeValues({ worktree: defaults.worktree }, ["defaults"]) : []),
    ...commandTexts(defaults.envFiles, ["defaults", "envFiles"]),
    ...commandTexts(entry.envFiles, [...own, "envFiles"]),
    ...one(entry.description, [...own, "description"]),
    ...shared.map(([key, text]) => ({ text, path: ["defaults", "env", key] })),
    ...Object.entries(entry.env ?? {}).map(([key, text]) => ({ text, path: [...own, "env", key] })),
    ...windowValues(defaults.windows, entry.windows, ["defaults", "windows"]),
    ...windowValues(entry.windows, {}, [...own, "windows"]),
  ];
}

/** Returns the texts of windows without those that `over` replaces. A window has many forms, so it is the place of them all. */
function windowValues(
  windows: AgentConfig["windows"] = {},
  over: AgentConfig["windows"] = {},
  owner: Path,
): readonly TextAtPath[] {
  return Object.entries(windows).flatMap(([window, value]) => {
    if (Object.hasOwn(over, window)) return [];
    const values: TextAtPath[] = [];
    mapTexts({ [window]: value }, (text) => {
      values.push({ text, path: [...owner, window] });
      return text;
    });
    return values;
  });
}

function worktreeValues(
  { worktree = {} }: Pick<AgentConfig, "worktree">,
  owner: Path,
): readonly TextAtPath[] {
  const keys = ["repo", "branch", "from", "path"] as const;
  return keys.flatMap((key) => one(worktree[key], [...owner, "worktree", key]));
}

function commandTexts(value: CommandConfig | undefined, path: Path): readonly TextAtPath[] {
  if (value === undefined || typeof value === "string") return one(value, path);
  return value.map((text, index) => ({ text, path: [...path, index] }));
}

function one(text: string | undefined, path: Path): readonly TextAtPath[] {
  return text === undefined ? [] : [{ text, path }];
}

function withoutNumber(name: string, path: Path): Problem {
  return {
    code: "invalid-value",
    summary: `{replica} has no number in agent ${quoteShortened(name)}, which has no replicas`,
    hint: "write {name} instead, add replicas, or write {{replica}} for the word in braces",
    path,
    on: "value",
  };
}
