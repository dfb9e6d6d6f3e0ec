import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import { isSecretName } from "../../secrets/names.ts";
import { isSecretValue } from "../../secrets/values.ts";
import { runtimeIn } from "../../runtimes/known-runtimes.ts";
import type { ImportedAgent, World } from "../form/imported.ts";
import { agentAt, type Ledger } from "../form/ledger.ts";
import { plainName } from "../form/names.ts";
import { quotedWords } from "../form/quoted-words.ts";
import { assignmentIn } from "../form/variables.ts";

/** A unit file of the user. */
export interface UnitFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

interface UnitDirective {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

const systemdPolicies: Readonly<Record<string, string>> = {
  no: "no",
  always: "always",
  "on-failure": "on-failure",
  "on-abnormal": "on-abnormal",
};

const known = new Set(
  "ExecStart WorkingDirectory Environment EnvironmentFile Restart RestartSec TimeoutStopSec MemoryMax MemoryHigh CPUQuota Type".split(
    " ",
  ),
);

/**
 * Reads a service made by hand that runs a known AI agent, by itself or in a tmux session. Undefined for any other
 * service.
 */
export function readUnit(
  { name, path, text }: UnitFile,
  world: World,
  ledger: Ledger,
): ImportedAgent | undefined {
  const directives = directivesOf(text);
  const last = (key: string): string | undefined => directives.findLast((each) => each.key === key)?.value;
  const start = directives.find(({ key }) => key === "ExecStart");
  const command = start === undefined ? undefined : unitCommand(start.value);
  if (start === undefined || command === undefined || runtimeIn(command) === undefined) return undefined;
  const at = { file: path, line: start.line };
  if (/[@]/.test(name) || /%[a-zA-Z]/.test(start.value.replaceAll("%h", ""))) {
    ledger.lose("unread-unit", at, name, "it is a template: write an agent with replicas");
    return undefined;
  }
  for (const { key, line } of directives) {
    if (!known.has(key)) ledger.note("not-needed", { file: path, line }, key);
  }
  const description = directives.find(({ key }) => key === "Description")?.value;
  const env = variables(directives, path, ledger);
  const restart = unitRestart(last("Restart"), timeout(last("RestartSec")));
  const stopTimeout = timeout(last("TimeoutStopSec"));
  const resources = resourcesOf(last);
  const workdir = last("WorkingDirectory")
    ?.replace(/^-/, "")
    .replaceAll("%h", () => world.home);
  const files = directives
    .filter(({ key }) => key === "EnvironmentFile")
    .map(({ value }) => value.replace(/^-/, "").replaceAll("%h", () => world.home));
  return agentAt(plainName(name.replace(/\.service$/, ""), "agent"), path, start.line, {
    keys: {
      ...(description === undefined || description === "" ? {} : { description }),
      command: command.replaceAll("%h", () => world.home),
      ...(workdir === undefined || workdir === "" ? {} : { workdir }),
      ...(env.size === 0 ? {} : { env: Object.fromEntries(env) }),
      ...(files.length === 0 ? {} : { envFiles: files }),
      restart,
      ...(stopTimeout === undefined ? {} : { stopTimeout }),
      ...(Object.keys(resources).length === 0 ? {} : { resources }),
    },
  });
}

/** Returns the directives of a unit, with continued lines joined. An empty value takes the earlier ones back. */
function directivesOf(text: string): readonly UnitDirective[] {
  const found: UnitDirective[] = [];
  let pending = "";
  let begin = 0;
  text.split("\n").forEach((each, index) => {
    if (pending === "" && /^\s*(?:[#;[]|$)/.test(each)) return;
    if (pending === "") begin = index + 1;
    if (each.endsWith("\\")) {
      pending += `${each.slice(0, -1)} `;
      return;
    }
    const { key, value } = /^\s*(?<key>\w+)\s*=\s*(?<value>.*?)\s*$/.exec(pending + each)?.groups ?? {};
    pending = "";
    if (key === undefined || value === undefined) return;
    if (value !== "") found.push({ key, value, line: begin });
    else found.splice(0, found.length, ...found.filter((earlier) => earlier.key !== key));
  });
  return found;
}

/** Returns the command of ExecStart: the one inside, if it makes a tmux session. */
function unitCommand(text: string): string | undefined {
  const plain = text.replace(/^[-@:+!|]+/, "");
  if (!/^(?:\S*\/)?tmux\s/.test(plain)) return plain;
  const quoted = /(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)')\s*$/.exec(plain)?.groups;
  if (quoted !== undefined) return quoted["double"] ?? quoted["single"];
  return /\snew(?:-session)?\s(?:-[dADEPX]+\s|-[cefFnstxy]\s+\S+\s)*(?<command>[^-].*)$/.exec(plain)
    ?.groups?.["command"];
}

function variables(
  directives: readonly UnitDirective[],
  path: string,
  ledger: Ledger,
): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  for (const { key, value, line } of directives) {
    if (key !== "Environment") continue;
    for (const word of quotedWords(value)) {
      const variable = assignmentIn(word);
      if (variable === undefined) continue;
      const [name, text] = variable;
      env.set(name, text);
      if (isSecretName(name) || isSecretValue(text)) ledger.note("secret-in-env", { file: path, line }, name);
    }
  }
  return env;
}

function unitRestart(word: string | undefined, delay: string | undefined): WrittenValue {
  const policy =
    word !== undefined && Object.hasOwn(systemdPolicies, word)
      ? (systemdPolicies[word] ?? "no")
      : word === undefined
        ? "no"
        : "on-failure";
  return { policy, ...(delay === undefined ? {} : { delay }) };
}

function timeout(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return text === "0" ? undefined : `${text}s`;
  return /^(?:\d+(?:ms|s|h|d)|\d+m)$/.test(text) ? text : undefined;
}

function resourcesOf(last: (key: string) => string | undefined): Readonly<Record<string, WrittenValue>> {
  const limits = { memoryMax: last("MemoryMax"), memoryHigh: last("MemoryHigh"), cpuQuota: last("CPUQuota") };
  return Object.fromEntries(
    Object.entries(limits).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
