import type { LocatedEntry, LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { ImportedAgent, Input, World } from "../form/imported.ts";
import { agentAt, type Ledger } from "../form/ledger.ts";
import { entryOf, flagOf, itemsOf, numberOf, textAt, nodeTexts, firstValue, wordSet } from "../form/nodes.ts";
import { workdirOf } from "../form/places.ts";
import { variablesOf } from "../form/variables.ts";
import { shellWord } from "../../text/shell-word.ts";
import { readAvailability } from "./availability.ts";
import type { Dependencies } from "./dependencies.ts";
import { readyWish, stopWish } from "./probes.ts";

/** The surroundings of a process. */
export interface ProcessTools {
  readonly input: Input;
  readonly world: World;
  readonly ledger: Ledger;
  readonly hasDotenv: boolean;
  /** True if `{{ }}` in commands is a template. */
  readonly isTemplated: boolean;
}

const read = wordSet(
  "command entrypoint working_dir environment env_file description namespace replicas disabled depends_on availability shutdown " +
    "readiness_probe ready_log_line log_location is_template_disabled is_dotenv_disabled is_daemon",
);
const notNeeded = wordSet(
  "is_tty is_interactive is_foreground disable_ansi_colors log_configuration is_elevated is_strict",
);
const told: Readonly<
  Record<string, "liveness" | "schedule" | "exit-codes" | "no-process-key" | "args-overwritten">
> = {
  liveness_probe: "liveness",
  schedule: "schedule",
  success_exit_codes: "exit-codes",
  restart: "no-process-key",
  ports: "no-process-key",
  volumes: "no-process-key",
  image: "no-process-key",
  args: "args-overwritten",
};

/** Reads one process; undefined if it is left as a comment as a whole. */
export function readProcess(
  entry: LocatedEntry,
  name: string,
  dependencies: Dependencies,
  tools: ProcessTools,
): ImportedAgent | undefined {
  const { value } = entry;
  const { ledger, input, world } = tools;
  const command = processCommand(entry, tools);
  if (command === undefined) return undefined;
  tellOfProcessKeys(entry, ledger);
  const moved = typeof command.text === "string" ? leadingFolder(command.text, value, tools) : undefined;
  const workdir = moved?.folder ?? processFolder(value, tools);
  const stop = stopWish(value, ledger);
  const description = textAt(value, "description");
  const replicas = numberOf(firstValue(value, "replicas"));
  const namespace = textAt(value, "namespace");
  const env = variablesOf(firstValue(value, "environment"), world, ledger);
  const restart = readAvailability(value, ledger);
  // A step runs in the folder of the project, and hooks in that of their agent.
  const steps = dependencies.steps.map((step) =>
    workdir === undefined ? step : `cd ${shellWord(input.folder)} && ${step}`,
  );
  const ready = readyWish(value, ledger);
  if (textAt(value, "log_location") !== undefined)
    ledger.note("log-place", entryOf(value, "log_location"), name);
  const hooks = {
    ...(steps.length === 0 ? {} : { preStart: steps }),
    ...(stop.preStop === undefined ? {} : { preStop: [stop.preStop] }),
  };
  return agentAt(name, input.path, entry, {
    keys: {
      ...(description === undefined ? {} : { description }),
      command: moved?.rest ?? command.text,
      ...(workdir === undefined ? {} : { workdir }),
      ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
      ...envFilesOf(value, tools),
      ...(flagOf(firstValue(value, "disabled")) === true ? { state: "stopped" } : {}),
      ...(replicas !== undefined && replicas > 1 ? { replicas } : {}),
      ...(restart === undefined ? {} : { restart }),
      ...(stop.stopTimeout === undefined ? {} : { stopTimeout: stop.stopTimeout }),
      ...(namespace === undefined ? {} : { labels: { namespace } }),
    },
    wishes: {
      ...(ready === undefined ? {} : { ready }),
      ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
      ...(stop.stop === undefined ? {} : { stop: stop.stop }),
      ...(textAt(value, "log_location") === undefined ? {} : { log: true }),
    },
  });
}

function processCommand(
  entry: LocatedEntry,
  { ledger, isTemplated }: ProcessTools,
): { readonly text: WrittenValue } | undefined {
  const { key, value } = entry;
  const words = firstValue(value, "command");
  // A list is no command for the tool, and clear all the same.
  const entrypoint = nodeTexts(words?.kind === "list" ? words : firstValue(value, "entrypoint"));
  const written = textAt(value, "command");
  const isPlain = !isTemplated || flagOf(firstValue(value, "is_template_disabled")) === true;
  const all = [written ?? "", ...entrypoint].join(" ");
  if (!isPlain && all.includes("{{")) {
    ledger.lose("template", entry, key, all.trim());
    return undefined;
  }
  if (flagOf(firstValue(value, "is_daemon")) === true) {
    ledger.lose("daemon", entry, key, all.trim());
    return undefined;
  }
  if (written === undefined || written.trim() === "") {
    if (entrypoint.length > 0) return { text: entrypoint };
    ledger.lose("no-command", entry, key);
    return undefined;
  }
  const text = written.replaceAll("$$", "$");
  if (/^\s*\$\{?\w/.test(text)) ledger.note("begins-with-variable", entry, key);
  if (!needsBash(text)) return { text };
  ledger.note("needs-bash", entry, key);
  return { text: ["bash", "-c", text] };
}

/** Returns true for a command with words and signs of bash that sh has not. */
function needsBash(text: string): boolean {
  return /(?:^|[\s;&|(])(?:source|\[\[|declare|local -|shopt|mapfile|pushd|popd|function)\s|<\(|>\(|&>|<<<|\$'|pipefail|\{\d+\.\.\d+\}|\$\{\w+(?:\[|\/|\^|,)/m.test(
    text,
  );
}

/** Reads a `cd DIR &&` at the beginning of a command. */
function leadingFolder(
  text: string,
  value: LocatedNode,
  tools: ProcessTools,
): { readonly folder: string; readonly rest: string } | undefined {
  const parts = /^\s*cd\s+(?<folder>[^\s;&|$"'`]+)\s*&&\s*(?<rest>[^\n]+?)\s*$/.exec(text)?.groups;
  if (parts === undefined || /\|\||;/.test(parts["rest"] ?? "")) return undefined;
  const base =
    processFolder(value, { ...tools, ledger: { ...tools.ledger, lose: () => undefined } }) ??
    tools.input.folder;
  const folder = workdirOf(parts["folder"] ?? "", base, tools.world);
  return folder === undefined ? undefined : { folder, rest: parts["rest"] ?? "" };
}

function processFolder(value: LocatedNode, { input, world, ledger }: ProcessTools): string | undefined {
  const text = textAt(value, "working_dir");
  if (text === undefined || text === "") return undefined;
  const folder = workdirOf(text, input.folder, world);
  if (folder === undefined) ledger.lose("variable", entryOf(value, "working_dir"), `working_dir ${text}`);
  return folder === input.folder ? undefined : folder;
}

function envFilesOf(
  value: LocatedNode,
  { input, world, hasDotenv, ledger }: ProcessTools,
): { readonly envFiles?: readonly string[] } {
  const own = itemsOf(firstValue(value, "env_file")).flatMap((item): readonly string[] => {
    const text = nodeTexts(item)[0] ?? textAt(item, "path") ?? "";
    const path = workdirOf(text, input.folder, world);
    if (path === undefined) ledger.lose("variable", item, "env_file");
    return path === undefined ? [] : [path];
  });
  const usesDotenv = hasDotenv && flagOf(firstValue(value, "is_dotenv_disabled")) !== true;
  const files = [...(usesDotenv ? [`${input.folder}/.env`] : []), ...own];
  return files.length === 0 ? {} : { envFiles: files };
}

function tellOfProcessKeys({ value }: LocatedEntry, ledger: Ledger): void {
  if (value.kind !== "map") return;
  for (const entry of value.entries) {
    const code = Object.hasOwn(told, entry.key) ? told[entry.key] : undefined;
    if (code !== undefined) ledger.lose(code, entry, entry.key);
    else if (notNeeded.has(entry.key)) ledger.note("not-needed", entry, entry.key);
    else if (!read.has(entry.key)) ledger.lose("unknown-key", entry, entry.key);
  }
}
