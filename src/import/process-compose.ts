import type { LocatedEntry, LocatedMap } from "../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../config/writing/fleet-text.ts";
import { readEnvFile } from "./procfile/env-file.ts";
import type { ImportedAgent } from "./form/imported.ts";
import type { Ledger } from "./form/ledger.ts";
import { openNames } from "./form/names.ts";
import { entryOf, flagOf, itemsOf, textAt, nodeText, firstValue, wordSet } from "./form/nodes.ts";
import { variablesOf } from "./form/variables.ts";
import { readDependencies } from "./process-compose/dependencies.ts";
import { readProcess, type ProcessTools } from "./process-compose/read-process.ts";
import { withSharedKeys } from "./form/shared-keys.ts";
import { refuseRoot, yamlReader } from "./form/yaml-reader.ts";

const silentKeys = wordSet(
  "version log_level is_strict is_tui_disabled log_length log_format theme disable_env_expansion",
);

const noMap = {
  summary: "processes is no map of processes",
  hint: "write processes: and a NAME: for each below it",
};

/** The reader of a process-compose.yaml. */
export const readProcessCompose = yamlReader((root, { input, world, ledger }) => {
  const processes = entryOf(root, "processes")?.value;
  if (
    root.kind !== "map" ||
    processes === undefined ||
    (processes.kind === "list" && processes.items.length > 0)
  )
    return refuseRoot(processes ?? root, noMap, { ledger });
  tellOfGlobals(root, ledger);
  const env = Object.fromEntries(variablesOf(firstValue(root, "environment"), world, ledger));
  const dotenv = input.companions.get(".env");
  const entries = processes.kind === "map" ? processes.entries : [];
  const usesDotenv = dotenv !== undefined && entries.some((entry) => !isWithoutDotenv(entry));
  if (dotenv !== undefined && usesDotenv)
    readEnvFile(dotenv, input.path.slice(0, -input.name.length) + ".env", ledger);
  const names = openNames();
  const tools: ProcessTools = {
    input,
    world,
    ledger,
    hasDotenv: dotenv !== undefined,
    isTemplated: flagOf(firstValue(root, "is_template_disabled")) !== true,
  };
  const dependencies = readDependencies(entries, ledger);
  const named = new Map(
    entries.map((entry, index) => [entry.key, names(entry.key, ledger, entry, `process-${index + 1}`)]),
  );
  const agents = entries.flatMap((entry): readonly ImportedAgent[] => {
    const name = named.get(entry.key) ?? entry.key;
    if (dependencies.steps.has(entry.key)) {
      ledger.note("becomes-step", entry, entry.key, dependencies.steps.get(entry.key));
      return [];
    }
    const agent = readProcess(entry, name, dependencies.of(entry.key), tools);
    return agent === undefined ? [] : [agent];
  });
  if (agents.length === 0) ledger.note("no-processes", undefined, input.name);
  const kept = new Set(agents.map(({ name }) => name));
  const linked = agents.map((agent) => withDependsOn(agent, dependencies.of, named, kept));
  return ledger.finish(
    withSharedKeys(linked, {
      workdir: input.folder,
      restart: { policy: "no" },
      ...(Object.keys(env).length === 0 ? {} : { env }),
    }),
  );
});

function isWithoutDotenv({ value }: LocatedEntry): boolean {
  return flagOf(firstValue(value, "is_dotenv_disabled")) === true;
}

function withDependsOn(
  agent: ImportedAgent,
  of: ReturnType<typeof readDependencies>["of"],
  named: ReadonlyMap<string, string>,
  kept: ReadonlySet<string>,
): ImportedAgent {
  const original = [...named].find(([, name]) => name === agent.name)?.[0] ?? agent.name;
  const wanted = of(original)
    .started.flatMap((each) => named.get(each) ?? [])
    .filter((each) => kept.has(each));
  if (wanted.length === 0) return agent;
  return { ...agent, keys: inserted(agent.keys, "dependsOn", wanted) };
}

/** Puts a key before `restart`, where fleet.yaml has it. */
function inserted(keys: ImportedAgent["keys"], key: string, value: WrittenValue): ImportedAgent["keys"] {
  const later = ["restart", "stopTimeout", "labels"];
  const isLater = ([name]: readonly [string, WrittenValue]): boolean => later.includes(name);
  const all = Object.entries(keys);
  return Object.fromEntries([...all.filter((each) => !isLater(each)), [key, value], ...all.filter(isLater)]);
}

function tellOfGlobals(root: LocatedMap, ledger: Ledger): void {
  for (const entry of root.entries) {
    if (["processes", "environment", "is_template_disabled"].includes(entry.key)) continue;
    if (entry.key === "log_location") ledger.note("log-place", entry, nodeText(entry.value) ?? entry.key);
    else if (entry.key === "extends")
      ledger.lose(
        "extends",
        entry,
        nodeText(entry.value) ??
          itemsOf(entry.value)
            .map((item) => nodeText(item))
            .join(", "),
      );
    else if (entry.key === "ordered_shutdown") ledger.note("not-needed", entry, entry.key);
    else if (entry.key === "shell")
      ledger.lose("shell-of-tool", entry, textAt(entry.value, "shell_command") ?? entry.key);
    else if (!silentKeys.has(entry.key)) ledger.lose("unknown-key", entry, entry.key);
  }
}
