import { resolve } from "node:path";
import { hostsFileText } from "../../config/writing/hosts-text.ts";
import { parseFleet } from "../../config/parse.ts";
import { readText } from "../../config/file/read-text.ts";
import { isStreamPath } from "../../config/file/stream-path.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { explainOutcome } from "../../drivers/explain-outcome.ts";
import { readInventory, type InventoryHost } from "../../import/inventory/read-inventory.ts";
import { inventoryHeader, inventoryLines } from "../../report/hosts/inventory-lines.ts";
import type { Exec } from "../../system/exec.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";

/** An inventory may ask a cloud for its hosts, ms. */
const timeoutMs = 120_000;

/**
 * Runs `fleet hosts import INVENTORY`: prints the hosts of an inventory of Ansible as `hosts` of fleet.yaml. Ansible itself
 * reads the inventory, because it may be a file of many forms, a folder or a program.
 */
export async function importHosts(
  { exec, output, ...context }: Context,
  path: string,
  group: string | undefined,
): Promise<ExitCode> {
  const listed = await listInventory(path, exec);
  const inventory = listed.ok ? readInventory(listed.value, group) : listed;
  if (!inventory.ok) return report({ exec, output, ...context }, inventory.diagnostics);
  const { hosts, notes } = inventory.value;
  const text = hostsFileText(hosts.map(written), inventoryHeader(path, group));
  // The parser of fleet.yaml has the last word about names and addresses.
  const parsed = parseFleet(text, "hosts.yaml");
  if (!parsed.ok) return report({ exec, output, ...context }, parsed.diagnostics);
  output.raw(text);
  for (const line of inventoryLines(path, hosts.length, notes)) output.remark(line);
  return exitCodes.ok;
}

function written({ name, ssh, connect, labels }: InventoryHost): Parameters<typeof hostsFileText>[0][number] {
  return {
    name,
    keys: {
      ...(ssh === undefined ? {} : { ssh }),
      ...(connect === undefined ? {} : { connect }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    },
  };
}

/** Returns the JSON of an inventory: of a file with it, or from Ansible. */
async function listInventory(path: string, exec: Exec): Promise<Result<unknown>> {
  if (path.endsWith(".json") || isStreamPath(path)) {
    const read = readText(path, path);
    if (read === undefined)
      return fail("file-not-found", `there is no file ${path}`, { hint: "name an inventory of Ansible" });
    return read.ok ? parsedJson(read.value, path) : read;
  }
  const command = "ansible-inventory --list";
  const outcome = await exec({ file: "ansible-inventory", args: ["-i", resolve(path), "--list"], timeoutMs });
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 ? parsedJson(outcome.stdout, command) : explainOutcome(command, outcome);
    case "timed-out":
      return fail("command-timeout", `${command} gave no answer within ${timeoutMs / 1000} s`);
    case "not-found":
      return fail("missing-program", "ansible-inventory was not found", {
        hint: `install ansible-core, or bring its output: ansible-inventory -i ${path} --list > inventory.json`,
      });
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
  }
}

function parsedJson(text: string, source: string): Result<unknown> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return fail("unreadable-output", `${source} is no JSON`, {
      hint: "name an inventory, or the output of ansible-inventory --list in a file that ends with .json",
    });
  }
}
