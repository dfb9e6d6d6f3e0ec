import { resolve } from "node:path";
import { findFleet, loadFleet } from "../../config/file/load.ts";
import { readText } from "../../config/file/read-text.ts";
import { layoutOf, type Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import { fileOfOwnAgent } from "../../observe/files/file-of-own-agent.ts";
import type { Context } from "../shared/context.ts";
import { isStreamPath } from "../../config/file/stream-path.ts";

/** The fleet file as it is now, which need not be valid: a rollback is the way out of a broken one. */
export interface FleetHere {
  /** The path to show. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly layout: Layout;
  /** The names of its hosts; undefined for a fleet without hosts, and for a file that is not valid. */
  readonly hosts: readonly string[] | undefined;
}

/** Returns the fleet file of the flags, or the one that is found. */
export async function fleetHere({ flags, machine }: Context): Promise<Result<FleetHere>> {
  const { home, configHome, cacheHome } = machine;
  const where = { path: flags.file, home, configHome, cacheHome, fallback: () => fileOfOwnAgent(machine) };
  const found = await findFleet(where);
  if (!found.ok) return found;
  const file = found.value;
  const path = resolve(file);
  if (!isRegularFile(path) || isStreamPath(path))
    return fail("bad-usage", `${file} is no file, so it has no earlier revisions`);
  const loaded = await loadFleet({ ...where, path: file, isWhole: true });
  const text = loaded.ok ? ok(loaded.value.text) : readText(path, file);
  if (text === undefined) return fail("file-not-found", `there is no file ${file}`);
  if (!text.ok) return text;
  const { name, socket } = loaded.ok
    ? { name: loaded.value.config.name, socket: loaded.value.config.tmux.socket }
    : await writtenNames(text.value, file);
  const declared = loaded.ok ? loaded.value.config.hosts : undefined;
  return ok({
    file,
    path,
    text: text.value,
    layout: layoutOf(name, socket, machine),
    hosts: declared && Object.keys(declared),
  });
}

/** Returns the name and the socket in the text of a broken fleet file, or those of a file without them. */
async function writtenNames(text: string, file: string): Promise<{ name: string; socket: string }> {
  const { parseFleetFile } = await import("../../config/include/fleet-file.ts");
  const { value } = parseFleetFile(text, file, undefined);
  const { name, tmux } = (value ?? {}) as { name?: unknown; tmux?: { socket?: unknown } | null };
  const fleet = typeof name === "string" ? name : "mosaic";
  return { name: fleet, socket: typeof tmux?.socket === "string" ? tmux.socket : `${fleet}-factory` };
}
