import type { LocatedEntry, LocatedNode } from "../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../config/writing/fleet-text.ts";
import type { ImportedAgent, Input, World } from "./form/imported.ts";
import { agentAt, type Ledger } from "./form/ledger.ts";
import { openNames } from "./form/names.ts";
import {
  entryOf,
  flagOf,
  isNull,
  loseOthers,
  textAt,
  nodeText,
  nodeTexts,
  firstValue,
  wordSet,
} from "./form/nodes.ts";
import { workdirOf } from "./form/places.ts";
import { variablesOf } from "./form/variables.ts";
import { withSharedKeys } from "./form/shared-keys.ts";
import { refuseRoot, yamlReader } from "./form/yaml-reader.ts";

const screenKeys = wordSet(
  "hide_keymap_window mouse_scroll_speed proc_list_width proc_list_title scrollback keymap_procs keymap_term keymap_copy server on_init",
);
/** A log of each process. */
const logKeys = wordSet("proc_log log_dir");
const keys = wordSet(
  "shell cmd cwd env add_path autostart autorestart stop log mouse_scroll_speed scrollback",
);

const noMap = {
  summary: "procs is no map of processes",
  hint: "write procs: and a NAME: COMMAND for each below it",
};

/** The reader of a configuration of mprocs. */
export const readMprocs = yamlReader((root, { input, world, ledger }) => {
  const procs = entryOf(root, "procs");
  if (root.kind !== "map" || procs === undefined || (!isNull(procs.value) && procs.value.kind !== "map"))
    return refuseRoot(procs ?? root, noMap, { ledger });
  for (const entry of root.entries) {
    if (logKeys.has(entry.key)) ledger.note("log-place", entry, entry.key);
    else if (screenKeys.has(entry.key)) ledger.note("not-needed", entry, entry.key);
    else if (entry.key !== "procs") ledger.lose("unknown-key", entry, entry.key);
  }
  const isLogged = root.entries.some(({ key, value }) => logKeys.has(key) && !isNull(value));
  const names = openNames();
  const entries = procs.value.kind === "map" ? procs.value.entries : [];
  const agents = entries.flatMap((entry, index) =>
    mprocsProcess(entry, `process-${index + 1}`, names, { input, world, ledger, isLogged }),
  );
  if (agents.length === 0) ledger.note("no-processes", procs, input.name);
  if (agents.some(({ keys: own }) => !("restart" in own))) ledger.note("no-restart", procs, "autorestart");
  return ledger.finish(withSharedKeys(agents, { workdir: input.folder, restart: { policy: "no" } }));
});

interface Tools {
  readonly input: Input;
  readonly world: World;
  readonly ledger: Ledger;
  /** True if all processes have logs, unless they say otherwise. */
  readonly isLogged: boolean;
}

function mprocsProcess(
  entry: LocatedEntry,
  fallback: string,
  names: ReturnType<typeof openNames>,
  tools: Tools,
): readonly ImportedAgent[] {
  const { input, world, ledger } = tools;
  const value = selected(entry.value);
  if (isNull(value)) {
    ledger.lose("no-command", entry, entry.key);
    return [];
  }
  if (value.kind === "map") loseOthers(value, keys, ledger, `${entry.key}: `);
  const command = mprocsCommand(entry, value, ledger);
  if (command === undefined) return [];
  const folder = mprocsFolder(value, tools);
  const env = variablesOf(selectedAt(value, "env"), world, ledger);
  const addPath = entryOf(value, "add_path");
  if (addPath !== undefined) ledger.lose("add-path", addPath, nodeTexts(selected(addPath.value)).join(":"));
  const isStopped = flagOf(selectedAt(value, "autostart")) === false;
  if (isStopped) ledger.note("not-started", entryOf(value, "autostart"), entry.key);
  const stop = stopOf(value, ledger);
  const log = entryOf(value, "log");
  const name = names(entry.key, ledger, entry, fallback);
  return [
    agentAt(name, input.path, entry, {
      keys: {
        command,
        ...(folder === undefined ? {} : { workdir: folder }),
        ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
        ...(isStopped ? { state: "stopped" } : {}),
        ...(flagOf(selectedAt(value, "autorestart")) === true ? { restart: { policy: "always" } } : {}),
      },
      wishes: {
        ...(stop === undefined ? {} : { stop }),
        ...((log === undefined ? tools.isLogged : flagOf(log.value) !== false) ? { log: true } : {}),
      },
    }),
  ];
}

/** Returns the value for Linux of a choice by operating system. */
function selected(node: LocatedNode): LocatedNode {
  if (entryOf(node, "$select") === undefined) return node;
  return firstValue(node, "linux", "$else") ?? node;
}

function selectedAt(node: LocatedNode, key: string): LocatedNode | undefined {
  const value = firstValue(node, key);
  return value === undefined ? undefined : selected(value);
}

function mprocsCommand(
  { key, place }: LocatedEntry,
  value: LocatedNode,
  ledger: Ledger,
): WrittenValue | undefined {
  const at = { kind: "scalar", place, text: key, isBare: false } as const;
  if (value.kind === "list") return nodeTexts(value);
  if (value.kind === "scalar") return value.text;
  const shell = nodeText(selectedAt(value, "shell"));
  const words = nodeTexts(selectedAt(value, "cmd"));
  if (shell !== undefined && words.length > 0) {
    const hint = "mprocs takes one of them: remove the other";
    ledger.problem("invalid-value", at, `${key} has both shell and cmd`, hint);
    return undefined;
  }
  if (shell !== undefined) return shell;
  if (words.length > 0) return words;
  const hint = "write shell: COMMAND, or remove the process";
  ledger.problem("missing-key", at, `${key} has neither shell nor cmd`, hint);
  return undefined;
}

function mprocsFolder(value: LocatedNode, { input, world, ledger }: Tools): string | undefined {
  const text = nodeText(selectedAt(value, "cwd"))?.replaceAll("<CONFIG_DIR>", () => input.folder);
  if (text === undefined || text === "") return undefined;
  const folder = workdirOf(text, input.folder, world);
  if (folder === undefined) ledger.lose("variable", entryOf(value, "cwd"), `cwd ${text}`);
  return folder === input.folder ? undefined : folder;
}

function stopOf(value: LocatedNode, ledger: Ledger): WrittenValue | undefined {
  const stop = entryOf(value, "stop");
  if (stop === undefined) return undefined;
  const typed = nodeTexts(firstValue(stop.value, "send-keys"));
  if (typed.length > 0) return { keys: typed.map((each) => each.replace(/^<(.*)>$/, "$1")) };
  const word = textAt(value, "stop");
  if (word !== "SIGTERM") ledger.lose("signal", stop, `stop ${word ?? ""}`.trim());
  return undefined;
}
