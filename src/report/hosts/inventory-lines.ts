import type { InventoryNote } from "../../import/inventory/read-inventory.ts";
import { count } from "../../text/counting.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns the summary of an import of hosts: their number, and everything that became another thing. */
export function inventoryLines(
  path: string,
  hosts: number,
  notes: readonly InventoryNote[],
): readonly string[] {
  const others = notes.flatMap((note) => {
    switch (note.kind) {
      case "renamed":
        return [`  ${note.host} is ${note.name} here`];
      case "left-out":
        return [
          note.why === "connection"
            ? `  ${note.host} is left out: fleet has no connection ${note.value}`
            : `  ${note.host} is left out: ${note.value} is a template of Ansible`,
        ];
      case "ssh-config":
        return [];
    }
  });
  const entries = notes.flatMap((note) =>
    note.kind === "ssh-config" ? [`Host ${note.host}`, ...note.lines.map((line) => `  ${line}`)] : [],
  );
  return [
    `${count(hosts, "host")} from ${path}`,
    ...(others.length === 0 ? [] : ["Good to know:", ...others]),
    ...(entries.length === 0 ? [] : ["ssh needs these entries in ~/.ssh/config:", ...entries]),
  ].map(visible);
}

/** Returns the comments at the top of imported hosts. */
export function inventoryHeader(path: string, group: string | undefined): readonly string[] {
  const only = group === undefined ? "" : ` --group ${group}`;
  return [
    visible(`Made by: fleet hosts import ${path}${only}`),
    "fleet.yaml takes it with: include: [hosts.yaml]",
  ];
}
