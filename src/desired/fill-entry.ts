import { fillPlaceholders, hasPlaceholder, type PlaceholderValues } from "../config/entries/placeholders.ts";
import { writtenEnvFiles } from "../config/entries/env-files.ts";
import {
  declaredWorktree,
  placedWorktree,
  workdirIn,
  type DeclaredWorktree,
} from "../config/entries/worktree.ts";
import { mapTexts } from "../config/entries/window-texts.ts";
import { mergedWindows } from "../config/entries/merged-defaults.ts";
import type { AgentConfig, CommandConfig, FleetConfig } from "../config/types.ts";

type Env = Readonly<Record<string, string>>;

/** The way to fill the placeholders of an entry for one agent. */
export type FillEntry = (values: PlaceholderValues) => AgentConfig;

/** The values of an entry that can have placeholders. */
interface Fillable {
  readonly command: CommandConfig | undefined;
  readonly workdir: string | undefined;
  readonly description: string | undefined;
  readonly env: Env;
  /** With those of `defaults`. */
  readonly windows: AgentConfig["windows"];
  /** All of the agent, also those of `defaults`. */
  readonly envFiles: readonly string[] | undefined;
  /** Each agent has one of its own, with and without placeholders. */
  readonly worktree: DeclaredWorktree | undefined;
}

/**
 * Returns a function from an entry to the way to fill its placeholders, also those that it has from `defaults`
 * and its runtime; undefined for an entry without any. So agents without placeholders still share their entry. The entries
 * must have the envFiles of `defaults` as their own: see withAllEnvFiles.
 */
export function entryFillers(config: FleetConfig): (entry: AgentConfig) => FillEntry | undefined {
  const { runtimes } = config;
  const defaultEnv = Object.entries(config.defaults.env ?? {}).filter(([, value]) => hasPlaceholder(value));
  return (entry) => {
    // The defaults are those of agents.
    const defaults = entry.service === true ? {} : config.defaults;
    const runtime = entry.runtime ?? defaults.runtime;
    const fromRuntime =
      runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime]?.command : undefined;
    const own = Object.entries(entry.env ?? {}).filter(([, value]) => hasPlaceholder(value));
    const found: Fillable = {
      command: withPlaceholder(entry.command ?? fromRuntime),
      workdir: withPlaceholder(entry.workdir ?? defaults.workdir),
      description: withPlaceholder(entry.description),
      env: Object.fromEntries([
        ...(entry.service === true ? [] : defaultEnv).filter(
          ([name]) => !Object.hasOwn(entry.env ?? {}, name),
        ),
        ...own,
      ]),
      envFiles: withPlaceholder(entry.envFiles),
      windows: windowsWithPlaceholder(mergedWindows(defaults.windows, entry.windows)),
      worktree: declaredWorktree(entry, defaults),
    };
    return hasNothingToFill(found) ? undefined : (values) => filledEntry(entry, found, values);
  };
}

/** Returns an entry with the envFiles of `defaults` before its own; the same entry if there are none. */
export function withAllEnvFiles(entry: AgentConfig, { defaults }: FleetConfig): AgentConfig {
  return defaults.envFiles === undefined || entry.service === true
    ? entry
    : { ...entry, envFiles: writtenEnvFiles(defaults, entry) };
}

function withPlaceholder<T extends CommandConfig>(value: T | undefined): T | undefined {
  if (value === undefined) return undefined;
  const texts: readonly string[] = typeof value === "string" ? [value] : value;
  return texts.some(hasPlaceholder) ? value : undefined;
}

/** Returns the windows if a pane has a placeholder. */
function windowsWithPlaceholder(windows: AgentConfig["windows"]): AgentConfig["windows"] {
  if (windows === undefined) return undefined;
  let isFound = false;
  mapTexts(windows, (text) => {
    isFound ||= hasPlaceholder(text);
    return text;
  });
  return isFound ? windows : undefined;
}

function hasNothingToFill({
  command,
  workdir,
  description,
  env,
  envFiles,
  windows,
  worktree,
}: Fillable): boolean {
  return (
    command === undefined &&
    workdir === undefined &&
    description === undefined &&
    envFiles === undefined &&
    windows === undefined &&
    worktree === undefined &&
    Object.keys(env).length === 0
  );
}

function filledEntry(
  entry: AgentConfig,
  { command, workdir, description, env, envFiles, windows, worktree }: Fillable,
  values: PlaceholderValues,
): AgentConfig {
  const filledText = (text: string): string => fillPlaceholders(text, values);
  const variables = Object.entries(env).map(([name, value]) => [name, filledText(value)] as const);
  return {
    ...entry,
    ...(command === undefined
      ? {}
      : { command: typeof command === "string" ? filledText(command) : command.map(filledText) }),
    ...(workdir === undefined ? {} : { workdir: filledText(workdir) }),
    ...(description === undefined ? {} : { description: filledText(description) }),
    ...(envFiles === undefined ? {} : { envFiles: envFiles.map(filledText) }),
    ...(windows === undefined ? {} : { windows: mapTexts(windows, filledText) }),
    ...(worktree === undefined ? {} : withWorktree(worktree, values)),
    ...(variables.length === 0 ? {} : { env: { ...entry.env, ...Object.fromEntries(variables) } }),
  };
}

/** Returns the worktree of one agent, and its workdir, which is inside. */
function withWorktree(
  declared: DeclaredWorktree,
  values: PlaceholderValues,
): Required<Pick<AgentConfig, "worktree" | "workdir">> {
  const worktree = placedWorktree(declared, values);
  return { worktree, workdir: workdirIn(worktree) };
}
