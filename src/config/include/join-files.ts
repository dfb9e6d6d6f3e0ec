import { dirname, isAbsolute, join } from "node:path/posix";
import { protectPlaceholders } from "../entries/placeholders.ts";
import { valueAt } from "../value-at.ts";
import type { FleetFile } from "./fleet-file.ts";
import { isRecord } from "../../text/json.ts";

type SectionEntries = Readonly<Record<string, unknown>>;

/**
 * Returns the value of all files as one: the first file, with the agents, runtimes and hosts of the others. Relative paths of an
 * included file begin in its own folder. The first declaration of a name counts; see `repeatedNames`.
 */
export function joinFiles([first, ...included]: readonly [FleetFile, ...FleetFile[]]): unknown {
  if (!isRecord(first.value)) return first.value;
  if (included.length === 0) return first.value;
  const own = first.value;
  const entriesWithPaths = (key: "agents" | "services"): readonly SectionEntries[] =>
    fileSections(included, key).map(({ file, value }) => withOwnPaths(value, file));
  const runtimes = fileSections(included, "runtimes").map(({ value }) => value);
  const hosts = fileSections(included, "hosts").map(({ file, value }) => withOwnDefaults(value, file));
  return {
    ...own,
    ...joinedSection("agents", own, entriesWithPaths("agents")),
    ...joinedSection("services", own, entriesWithPaths("services")),
    ...joinedSection("runtimes", own, runtimes),
    ...joinedSection("hosts", own, hosts),
  };
}

function fileSections(
  files: readonly FleetFile[],
  key: string,
): readonly { readonly file: FleetFile; readonly value: SectionEntries }[] {
  return files.flatMap((file) => {
    const value = valueAt(file.value, [key]);
    return isRecord(value) ? [{ file, value }] : [];
  });
}

function joinedSection(
  key: "agents" | "services" | "runtimes" | "hosts",
  own: SectionEntries,
  further: readonly SectionEntries[],
): SectionEntries {
  const first = own[key];
  if (further.length === 0 || (first !== undefined && first !== null && !isRecord(first))) return {};
  const all = new Map<string, unknown>();
  for (const section of [...(isRecord(first) ? [first] : []), ...further]) {
    for (const [name, entry] of Object.entries(section)) if (!all.has(name)) all.set(name, entry);
  }
  return { [key]: Object.fromEntries(all) };
}

function withOwnPaths(agents: SectionEntries, { name }: FleetFile): SectionEntries {
  const folder = dirname(name ?? ".");
  if (folder === ".") return agents;
  return Object.fromEntries(
    Object.entries(agents).map(([agent, entry]) => [
      agent,
      isRecord(entry) ? seenFrom(entry, folder) : entry,
    ]),
  );
}

/** Returns hosts with the paths of their defaults. */
function withOwnDefaults(hosts: SectionEntries, file: FleetFile): SectionEntries {
  return Object.fromEntries(
    Object.entries(hosts).map(([name, host]) => [
      name,
      isRecord(host) && isRecord(host["defaults"])
        ? { ...host, ...withOwnPaths({ defaults: host["defaults"] }, file) }
        : host,
    ]),
  );
}

function seenFrom(entry: SectionEntries, folder: string): SectionEntries {
  const { workdir, envFiles } = entry;
  const place = protectPlaceholders(folder);
  return {
    ...entry,
    ...(typeof workdir === "string" ? { workdir: fromFolder(place, workdir) } : {}),
    ...(Array.isArray(envFiles)
      ? {
          envFiles: envFiles.map((path: unknown) =>
            typeof path === "string" ? fromFolder(place, path) : path,
          ),
        }
      : {}),
  };
}

function fromFolder(folder: string, path: string): string {
  return isAbsolute(path) || path === "" || path === "~" || path.startsWith("~/") ? path : join(folder, path);
}
