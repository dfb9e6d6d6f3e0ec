import { readNodes } from "../../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Input } from "../form/imported.ts";
import type { Ledger } from "../form/ledger.ts";
import { numberOf, nodeText } from "../form/nodes.ts";

/** The settings of foreman and overmind for a Procfile. */
export interface ProcfileSettings {
  readonly port: number;
  readonly portStep: number;
  readonly isOvermind: boolean;
  /** Returns the keys of fleet.yaml the settings give a process. */
  readonly keysOf: (process: string, line: number) => Readonly<Record<string, WrittenValue>>;
}

interface ReadSettings {
  port?: number;
  portStep?: number;
  formation: Map<string, number>;
  restarts: Set<string>;
  mayEnd: Set<string>;
}

/** Reads .foreman and .overmind.env next to a Procfile. */
export function procfileSettings({ companions, path, name }: Input, ledger: Ledger): ProcfileSettings {
  const settings: ReadSettings = { formation: new Map(), restarts: new Set(), mayEnd: new Set() };
  const folder = path.slice(0, path.length - name.length);
  const foreman = companions.get(".foreman");
  if (foreman !== undefined) readForeman(foreman, `${folder}.foreman`, settings, ledger);
  const overmind = companions.get(".overmind.env");
  if (overmind !== undefined) readOvermind(overmind, settings, ledger);
  return {
    port: settings.port ?? 5000,
    portStep: settings.portStep ?? 100,
    isOvermind: overmind !== undefined,
    keysOf: (process, line) => importedKeys(process, line, settings, ledger),
  };
}

function readForeman(text: string, path: string, settings: ReadSettings, ledger: Ledger): void {
  const nodes = readNodes(text, path);
  if (!nodes.ok || nodes.value.kind !== "map") return ledger.lose("companion-unread", undefined, ".foreman");
  for (const entry of nodes.value.entries) {
    if (entry.key === "port") settings.port = numberOf(entry.value) ?? 5000;
    else if (entry.key === "formation" || entry.key === "concurrency")
      readFormation(nodeText(entry.value) ?? "", settings);
    else ledger.lose("companion-key", undefined, entry.key, ".foreman");
  }
}

function readFormation(text: string, settings: ReadSettings): void {
  for (const part of text.split(",")) {
    const { process, number } = /^\s*(?<process>[^=\s]+)\s*=\s*(?<number>\d+)\s*$/.exec(part)?.groups ?? {};
    if (process !== undefined) settings.formation.set(process, Number(number));
  }
}

function readOvermind(text: string, settings: ReadSettings, ledger: Ledger): void {
  const listed = (value: string): readonly string[] =>
    value
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
  for (const line of text.split("\n")) {
    const pair = /^\s*(?:export\s+)?(?<key>OVERMIND_\w+)\s*=\s*["']?(?<value>[^"'#]*)/.exec(line)?.groups;
    const { key = "", value = "" } = pair ?? {};
    const given = value.trim();
    if (key === "OVERMIND_PORT") settings.port = Number(given) || 5000;
    else if (key === "OVERMIND_PORT_STEP") settings.portStep = Number(given) || 100;
    else if (key === "OVERMIND_FORMATION") readFormation(given, settings);
    else if (key === "OVERMIND_AUTO_RESTART") settings.restarts = new Set(listed(given));
    else if (key === "OVERMIND_CAN_DIE") settings.mayEnd = new Set(listed(given));
    else if (key === "OVERMIND_ANY_CAN_DIE") settings.mayEnd = new Set(["all"]);
    else if (key !== "") ledger.lose("companion-key", undefined, key, ".overmind.env");
  }
}

function importedKeys(
  process: string,
  line: number,
  { formation, restarts, mayEnd }: ReadSettings,
  ledger: Ledger,
): Readonly<Record<string, WrittenValue>> {
  const number = formation.get(process) ?? formation.get("all");
  const policy =
    restarts.has(process) || restarts.has("all")
      ? "always"
      : mayEnd.has(process) || mayEnd.has("all")
        ? "no"
        : undefined;
  if (number === 0) ledger.note("formation-zero", line, process);
  if (number !== undefined && number > 1) ledger.note("replicas-port", line, process, String(number));
  return {
    ...(number === 0 ? { state: "stopped" } : {}),
    ...(number !== undefined && number > 1 ? { replicas: number } : {}),
    ...(policy === undefined ? {} : { restart: { policy } }),
  };
}
