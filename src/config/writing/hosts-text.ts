import { yamlValue, type WrittenValue } from "./fleet-text.ts";

/** One entry of `hosts` to write. */
export interface WrittenHost {
  readonly name: string;
  readonly keys: Readonly<Record<string, WrittenValue>>;
}

/** Returns a file with `hosts` alone, one on each line, for fleet.yaml to include. `header` are comments at the top. */
export function hostsFileText(hosts: readonly WrittenHost[], header: readonly string[]): string {
  const lines = [
    ...header.map((line) => `# ${line}`),
    "version: 1",
    "hosts:",
    ...hosts.map(({ name, keys }) => `  ${yamlValue(name)}: ${yamlValue(keys)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
