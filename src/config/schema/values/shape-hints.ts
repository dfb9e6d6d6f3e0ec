import type { Path } from "../../problem.ts";
import { suggestMemorySize } from "./sizes.ts";

/** The policy for a word in `restart`, as in compose, Kubernetes and pm2. */
const policyHints: Readonly<Record<string, string>> = {
  always: "always",
  "unless-stopped": "always",
  true: "always",
  yes: "always",
  on: "always",
  no: "no",
  never: "no",
  none: "no",
  off: "no",
  false: "no",
  "on-failure": "on-failure",
  onfailure: "on-failure",
  "on-abnormal": "on-abnormal",
};

/**
 * Returns the correct form of a plain value in the place of a map: `restart: always` is
 * `restart: { policy: always }`. `value` has its secrets masked. Undefined if there is no clear form.
 */
export function shapeHint(path: Path, value: unknown): string | undefined {
  const key = String(path.at(-1));
  const isEntry = path.length === 2 && ["agents", "services", "runtimes"].includes(String(path[0]));
  if (isEntry) return commandShape(key, value);
  switch (key) {
    case "restart":
      return restartShape(value);
    case "resources":
      return resourcesShape(value);
    case "tmux":
      return typeof value === "string" ? `write tmux: { socket: ${inYaml(value)} }` : undefined;
    case "env":
      return typeof value === "string" ? envShape(value) : undefined;
    default:
      return undefined;
  }
}

function commandShape(key: string, value: unknown): string | undefined {
  const text = Array.isArray(value)
    ? value.every((word) => typeof word === "string")
      ? `[${value.map(inYaml).join(", ")}]`
      : undefined
    : typeof value === "string" && value !== "" && !/^[\w-]+:\S/.test(value)
      ? inYaml(value)
      : undefined;
  return text === undefined ? undefined : `write ${key}: { command: ${text} }`;
}

function restartShape(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "boolean") return undefined;
  const limited = /^on-failure:(?<limit>\d+)$/.exec(String(value))?.groups?.["limit"];
  if (limited !== undefined) return `write restart: { policy: on-failure, limit: ${limited} }`;
  const word = String(value).toLowerCase();
  const policy = Object.hasOwn(policyHints, word) ? policyHints[word] : undefined;
  return policy === undefined
    ? "write restart: { policy: on-failure }, or no, on-abnormal, always"
    : `write restart: { policy: ${policy} }`;
}

function resourcesShape(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const size = typeof value === "string" ? (suggestMemorySize(value) ?? value) : `${value}G`;
  return `write resources: { memoryMax: ${size} }`;
}

function envShape(value: string): string | undefined {
  const pair = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/s.exec(value)?.groups;
  return pair === undefined ? undefined : `write env: { ${pair["name"]}: ${inYaml(pair["value"] ?? "")} }`;
}

/** Returns a text as YAML takes it inside of { }, in quotes if it needs them. */
function inYaml(text: string): string {
  const isPlain = /^[A-Za-z0-9_./~-][^,[\]{}#&*!|>'"%@`:\n]*$/.test(text) && text.trim() === text;
  const isNoString = /^(?:true|false|null|~|[-+.\d][\d._e+-]*)$/i.test(text);
  return isPlain && !isNoString ? text : JSON.stringify(text);
}
