import { entrySections, type EntrySection } from "../../entry-path.ts";
import { keyHabit } from "../../habits/key-habits.ts";
import { gluedKey } from "../key-problems.ts";
import { knownKeys } from "../../schema/schema.ts";
import { activitiesToldBy, readyActivities } from "../../../runtimes/can-tell.ts";
import { presetNames } from "../../../runtimes/preset-names.ts";
import { presetOf } from "../../../runtimes/presets.ts";
import { programOf } from "../../../runtimes/program.ts";
import { suggest } from "../../../text/suggest.ts";
import { isRecord } from "../../../text/json.ts";
import { isRegularExpression } from "../../schema/values/names.ts";

/**
 * The data for the checks across entries, as far as fleet.yaml makes sense: they also run with errors
 * elsewhere in the file, and must not report the consequences of those.
 */
export interface LenientFleet {
  /** Undefined if `runtimes` is no map. */
  readonly runtimes: ReadonlySet<string> | undefined;
  readonly defaultRuntime: string | undefined;
  /** The agents, and then the services, in the order of the file. */
  readonly agents: readonly LenientAgent[];
}

/** An entry of `agents` or `services`. */
export interface LenientAgent {
  readonly section: EntrySection;
  readonly name: string;
  readonly replicas: LenientReplicas;
  /** True if it has a command or a runtime, of its own or from the defaults, valid or not. */
  readonly hasCommand: boolean;
  readonly runtime: string | undefined;
  readonly dependsOn: readonly Dependency[];
  readonly formerly: readonly FormerName[];
  /** True if it has a `stop` of its own, but neither a text, nor keys, nor a program with a known text. */
  readonly cannotAsk: boolean;
  /** The activity in `ready` that nothing can tell; undefined if there is no such problem. */
  readonly cannotTell: string | undefined;
}

/** `unknown` for an invalid value: then NAME-5 may or may not exist. */
type LenientReplicas = number | "none" | "unknown";

export interface Dependency {
  /** Position in the list, or key in the map. */
  readonly index: number | string;
  readonly target: string;
}

export interface FormerName {
  /** Position in the list; undefined for a single name. */
  readonly index: number | undefined;
  readonly target: string;
}

/** Reads any value leniently. Never fails. */
export function lenientFleetOf(fleet: unknown): LenientFleet {
  const { runtimes, defaults, hosts } = mapOf(fleet);
  const ownDefaults = mapOf(defaults);
  const ofHosts = Object.values(mapOf(hosts)).map((host) => mapOf(mapOf(host)["defaults"]));
  const shared: SharedKeys = {
    saysWhatToRun: [ownDefaults, ...ofHosts].some(saysWhatToRun),
    runtime: stringOf(ownDefaults["runtime"]),
    runtimes: mapOf(runtimes),
    stop: mapOf(ownDefaults["stop"]),
    ready: ownDefaults["ready"],
  };
  return {
    runtimes:
      runtimes === undefined || runtimes === null || isRecord(runtimes)
        ? new Set(Object.keys(mapOf(runtimes)))
        : undefined,
    defaultRuntime: shared.runtime,
    agents: entrySections.flatMap((section) =>
      Object.entries(mapOf(mapOf(fleet)[section])).map(([name, entry]) =>
        section === "agents" ? agentOutline(name, entry, shared) : serviceOutline(name, entry),
      ),
    ),
  };
}

/** The parts of the file agents share. */
interface SharedKeys {
  readonly saysWhatToRun: boolean;
  readonly runtime: string | undefined;
  readonly runtimes: Readonly<Record<string, unknown>>;
  readonly stop: Readonly<Record<string, unknown>>;
  readonly ready: unknown;
}

function agentOutline(name: string, entry: unknown, shared: SharedKeys): LenientAgent {
  const keys = mapOf(entry);
  const isEntry = entry === null || isRecord(entry);
  return {
    section: "agents",
    name,
    replicas: replicasOf(keys["replicas"]),
    hasCommand: shared.saysWhatToRun || !isEntry || saysWhatToRun(keys),
    runtime: stringOf(keys["runtime"]),
    dependsOn: listedDependencies(keys["dependsOn"]),
    formerly: formerNamesOf(keys["formerly"]),
    cannotAsk: cannotAsk(keys, shared),
    cannotTell: cannotTell(keys, shared),
  };
}

/** Returns the outline of a service. The schema itself asks for its command. */
function serviceOutline(name: string, entry: unknown): LenientAgent {
  const keys = mapOf(entry);
  return {
    section: "services",
    name,
    replicas: replicasOf(keys["replicas"]),
    hasCommand: true,
    runtime: undefined,
    dependsOn: listedDependencies(keys["dependsOn"]),
    formerly: formerNamesOf(keys["formerly"]),
    cannotAsk: false,
    cannotTell: undefined,
  };
}

function cannotAsk(
  keys: Readonly<Record<string, unknown>>,
  { runtime, runtimes, stop }: SharedKeys,
): boolean {
  const own = keys["stop"];
  if (!isRecord(own)) return false;
  const both = { ...stop, ...own };
  if (both["send"] !== undefined || both["keys"] !== undefined) return false;
  const named = mapOf(runtimes[stringOf(keys["runtime"]) ?? runtime ?? ""]);
  if (keys["command"] === undefined && named["preset"] !== undefined) return false;
  const command = keys["command"] ?? named["command"];
  if (typeof command === "string") return presetOf(command) === undefined;
  return Array.isArray(command) && presetOf(command.map(String)) === undefined;
}

/** Returns the activity by which an agent is ready although nothing can tell it; undefined if there is no such problem. */
function cannotTell(keys: Readonly<Record<string, unknown>>, shared: SharedKeys): string | undefined {
  const wanted = readyActivities.find((each) => each === mapOf(keys["ready"] ?? shared.ready)["activity"]);
  if (wanted === undefined) return undefined;
  const named = lenientRuntime(mapOf(shared.runtimes[stringOf(keys["runtime"]) ?? shared.runtime ?? ""]));
  const command = commandIn(keys["command"]);
  // Without either, or with a wrong one, the agent has a problem of its own.
  if (named === undefined && command === undefined) return undefined;
  return activitiesToldBy(programOf(named, command)).includes(wanted) ? undefined : wanted;
}

function commandIn(value: unknown): string | readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : stringOf(value);
}

function lenientRuntime(keys: Readonly<Record<string, unknown>>): Parameters<typeof programOf>[0] {
  const preset = presetNames.find((name) => name === keys["preset"]);
  const command = commandIn(keys["command"]) ?? (preset === undefined ? undefined : preset);
  if (command === undefined) return undefined;
  const activity = (["hooks", "screen", "off"] as const).find((each) => each === keys["activity"]);
  const screen = mapOf(keys["screen"]);
  const rows = Array.isArray(screen["dialogs"]) ? screen["dialogs"].map(String) : undefined;
  return {
    preset,
    command,
    activity,
    screen: {
      busy: isRegularExpression(screen["busy"]) ? screen["busy"] : undefined,
      dialogs: rows?.every(isRegularExpression) ? rows : undefined,
    },
  };
}

/** Returns true for a command or a runtime, and also for a misspelled `command`, which has its own error. */
function saysWhatToRun(keys: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(keys).some((key) => {
    const meant = meantKey(key);
    return meant === "command" || meant === "runtime";
  });
}

function meantKey(key: string): string | undefined {
  if (knownKeys.agent.includes(key)) return key;
  const habit = keyHabit("agent", key);
  if (habit?.kind === "key") return habit.key;
  return gluedKey(key, knownKeys.agent) ?? suggest(key, knownKeys.agent);
}

function replicasOf(value: unknown): LenientReplicas {
  if (value === undefined) return "none";
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 1000
    ? value
    : "unknown";
}

function listedDependencies(value: unknown): readonly Dependency[] {
  if (isRecord(value)) return Object.keys(value).map((target) => ({ index: target, target }));
  return listedNames(value);
}

function listedNames(value: unknown): readonly { readonly index: number; readonly target: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((target: unknown, index) => (typeof target === "string" ? [{ index, target }] : []));
}

function formerNamesOf(value: unknown): readonly FormerName[] {
  return typeof value === "string" ? [{ index: undefined, target: value }] : listedNames(value);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
