import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../config/writing/fleet-text.ts";
import type { FormatReader, ImportedAgent, Input, World } from "./form/imported.ts";
import { agentAt, openLedger, type Ledger } from "./form/ledger.ts";
import { openNames } from "./form/names.ts";
import { entryOf, flagOf, itemsOf, numberOf, textAt, nodeTexts, firstValue, wordSet } from "./form/nodes.ts";
import { workdirOf } from "./form/places.ts";
import { variablesOf } from "./form/variables.ts";
import { commandOf, nodeVersion } from "./pm2/app-command.ts";
import { runningApp } from "./pm2/running-app.ts";
import { withSharedKeys } from "./form/shared-keys.ts";
import { refuseRoot, yamlReader } from "./form/yaml-reader.ts";

const read = wordSet(
  "name script args cwd env interpreter interpreter_args node_args instances autorestart max_restarts restart_delay kill_timeout " +
    "max_memory_restart error_file out_file output error log_file log exec_mode exec_interpreter env_file namespace",
);
const notNeeded = wordSet(
  "merge_logs combine_logs time log_date_format pid_file source_map_support vizion automation pmx min_uptime listen_timeout windowsHide force instance_var disable_logs",
);

/** Reads an ecosystem file of pm2, as JSON or YAML, and the output of `pm2 jlist`. */
export const readPm2: FormatReader = (input, world, per) =>
  /\.[cm]?[jt]s$/.test(input.name) ? refuseCode(input) : readApps(input, world, per);

const noList = { summary: "there is no list of apps", hint: "write apps: and a list of them" };

const readApps = yamlReader((root, { input, world, ledger }) => {
  const listed =
    root.kind === "map"
      ? (firstValue(root, "apps") ?? (entryOf(root, "script") === undefined ? undefined : root))
      : root;
  if (listed === undefined || listed.kind === "scalar") return refuseRoot(root, noList, { ledger });
  if (root.kind === "map" && listed !== root) {
    for (const entry of root.entries) if (entry.key !== "apps") ledger.lose("unknown-key", entry, entry.key);
  }
  const names = openNames();
  const agents = itemsOf(listed).flatMap((app, index) =>
    appOf(app, `app-${index + 1}`, names, { input, world, ledger }),
  );
  if (agents.length === 0) ledger.note("no-processes", root, input.name);
  return ledger.finish(withSharedKeys(agents, { workdir: input.folder }));
});

function refuseCode({ path, text }: Input): ReturnType<FormatReader> {
  const ledger = openLedger(path, text.split("\n"));
  ledger.problem(
    "invalid-value",
    1,
    "this file is JavaScript, and fleet import runs no code",
    "start it with pm2, write what runs with `pm2 jlist > pm2.json`, and import pm2.json with --from pm2",
  );
  return ledger.finish({ agents: [] });
}

interface Tools {
  readonly input: Input;
  readonly world: World;
  readonly ledger: Ledger;
}

function appOf(
  app: LocatedNode,
  fallback: string,
  names: ReturnType<typeof openNames>,
  tools: Tools,
): readonly ImportedAgent[] {
  const { input, world, ledger } = tools;
  if (app.kind !== "map") {
    ledger.problem("wrong-type", app, "an app of pm2 is a map", "write name: NAME and script: FILE");
    return [];
  }
  if (entryOf(app, "pm2_env") !== undefined) return runningApp(app, names, tools);
  tellOfAppKeys(app, ledger);
  const script = textAt(app, "script");
  const wanted =
    textAt(app, "name") ??
    script
      ?.split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "") ??
    fallback;
  if (script === undefined) {
    ledger.problem("missing-key", app, `${wanted} has no script`, "write script: FILE");
    return [];
  }
  const cwd = textAt(app, "cwd");
  const workdir = cwd === undefined ? undefined : workdirOf(cwd, input.folder, world);
  if (cwd !== undefined && workdir === undefined) ledger.lose("variable", entryOf(app, "cwd"), `cwd ${cwd}`);
  const env = variablesOf(firstValue(app, "env"), world, ledger);
  const logs = entryOf(app, "error_file", "out_file", "output", "error", "log_file", "log");
  if (logs !== undefined) ledger.note("log-place", logs, wanted);
  const namespace = textAt(app, "namespace");
  const timeout = numberOf(firstValue(app, "kill_timeout"));
  return [
    agentAt(names(wanted, ledger, entryOf(app, "name") ?? app, fallback), input.path, app, {
      keys: {
        command: commandOf(app, script),
        ...(workdir === undefined || workdir === input.folder ? {} : { workdir }),
        ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
        ...pm2Replicas(app, ledger),
        restart: pm2Restart(app),
        ...(timeout === undefined || timeout === 0 ? {} : { stopTimeout: pm2Milliseconds(timeout) }),
        ...memoryOf(app, ledger),
        ...(namespace === undefined ? {} : { labels: { namespace } }),
      },
      wishes: logs === undefined ? {} : { log: true },
    }),
  ];
}

function tellOfAppKeys(app: LocatedNode, ledger: Ledger): void {
  if (app.kind !== "map") return;
  for (const entry of app.entries) {
    if (entry.key.startsWith("env_") && entry.key !== "env_file") ledger.lose("named-env", entry, entry.key);
    else if (/^(?:exec_)?interpreter$/.test(entry.key)) {
      const [version = ""] = nodeTexts(entry.value);
      if (nodeVersion.test(version)) ledger.lose("node-version", entry, version);
    } else if (entry.key === "exec_mode") {
      if (textAt(app, "exec_mode")?.startsWith("cluster"))
        ledger.lose("cluster", entry, "exec_mode: cluster");
    } else if (entry.key === "cron_restart" || entry.key === "cron")
      ledger.lose("schedule", entry, entry.key);
    else if (entry.key === "watch" || entry.key === "ignore_watch") {
      if (flagOf(entry.value) !== false) ledger.lose("watches-files", entry, entry.key);
    } else if (entry.key === "env_file") ledger.lose("unknown-key", entry, entry.key);
    else if (notNeeded.has(entry.key)) ledger.note("not-needed", entry, entry.key);
    else if (!read.has(entry.key)) ledger.lose("unknown-key", entry, entry.key);
  }
}

function pm2Replicas(app: LocatedNode, ledger: Ledger): { readonly replicas?: number } {
  const entry = entryOf(app, "instances");
  const number = numberOf(entry?.value);
  if (number !== undefined && number > 1) return { replicas: number };
  if (entry !== undefined && number !== 1)
    ledger.lose("instances", entry, nodeTexts(entry.value).join("") || "instances");
  return {};
}

function pm2Restart(app: LocatedNode): WrittenValue {
  const delay = numberOf(firstValue(app, "restart_delay"));
  const most = numberOf(firstValue(app, "max_restarts"));
  return {
    policy: flagOf(firstValue(app, "autorestart")) === false ? "no" : "always",
    ...(delay === undefined ? {} : { delay: pm2Milliseconds(delay) }),
    ...(most === undefined ? {} : { limit: most + 1, window: "1d" }),
  };
}

function memoryOf(app: LocatedNode, ledger: Ledger): { readonly resources?: WrittenValue } {
  const entry = entryOf(app, "max_memory_restart");
  const text = textAt(app, "max_memory_restart")?.toUpperCase();
  if (entry === undefined || text === undefined) return {};
  const size = /^(?<number>\d+(?:\.\d+)?)(?<unit>[KMG])?B?$/.exec(text)?.groups;
  if (size === undefined) {
    ledger.lose("unknown-key", entry, `max_memory_restart ${text}`);
    return {};
  }
  const memoryHigh = `${size["number"]}${size["unit"] ?? ""}`;
  ledger.note("memory-high", entry, memoryHigh);
  return { resources: { memoryHigh } };
}

function pm2Milliseconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`;
}
