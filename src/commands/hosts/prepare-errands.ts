import { hostname } from "node:os";
import { resolve } from "node:path";
import { relativePathsIn } from "../../config/file/absolute-paths.ts";
import type { LoadedFleet } from "../../config/file/load.ts";
import { hostWithName } from "../../config/hosts/find-host.ts";
import { isPlacesPath, placesPath } from "../../config/hosts/places.ts";
import { ignoredHosts, isIgnored, sliceFor } from "../../config/hosts/slice.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { selectHosts } from "../../hosts/select-hosts.ts";
import { gitRevision } from "../../observe/files/git-revision.ts";
import { bundleOfThis } from "../../transport/bundle.ts";
import type { RemoteRequest } from "../../transport/frames.ts";
import { nodeOfThis, type ShippedNode } from "../../transport/node-program.ts";
import type { Context } from "../shared/context.ts";
import { readFleetFile } from "../shared/read-fleet.ts";
import { findHosts, type Errands, type ReachableHost } from "./run-hosts.ts";

/** The most connections at a time. */
const defaultParallel = 32;

/** A command for several hosts, before its run. */
export interface Prepared extends Omit<Errands, "purpose" | "stopSignals"> {
  readonly fleet: string;
  /** The agents of all hosts. */
  readonly config: FleetConfig;
  /** Returns further hosts of the fleet. */
  readonly reach: (names: readonly string[]) => Promise<readonly ReachableHost[]>;
}

/** Reads the whole fleet file, selects hosts, and finds the way to each, or to those of `only`. Connects to none. */
export async function prepareErrands(
  context: Context,
  list: string,
  words: readonly string[],
  only?: readonly string[],
): Promise<Result<Prepared>> {
  const loaded = await readFleetFile(context, true);
  if (!loaded.ok) return loaded;
  const { config, declared, file } = loaded.value;
  const { hosts = {} } = config;
  const found = selectedHosts(config, list);
  if (!found.ok) return found;
  const selected = found.value.filter((name) => only === undefined || only.includes(name));
  const bundle = bundleOfThis();
  if (!bundle.ok) return bundle;
  const node = nodeForHosts(selected.some((name) => hosts[name]?.node === "ship"));
  if (!node.ok) return node;
  const portable = withoutRelativePaths(declared, selected, file);
  if (!portable.ok) return portable;
  const here = hostWithName(hosts, hostname());
  const isHere = (name: string): boolean => name === here || hosts[name]?.ssh === "local";
  const reach = (names: readonly string[]): Promise<readonly ReachableHost[]> =>
    findHosts(
      names.filter((name) => !isIgnored(config, name)),
      hosts,
      isHere,
      context,
    );
  return ok({
    fleet: config.name,
    config,
    reach,
    hosts: await reach(selected),
    requestFor: requestsFor(loaded.value, words, selected.length > 1 ? list : undefined, context),
    bundle: bundle.value,
    nodeToShip: node.value,
    maxParallel: context.flags.maxParallel ?? defaultParallel,
  });
}

/** Returns a function to the node for other machines. Reads it at once if it `isNeeded` for sure. */
function nodeForHosts(isNeeded: boolean): Result<() => ShippedNode | undefined> {
  let read: Result<ShippedNode> | undefined;
  const first = isNeeded ? (read = nodeOfThis()) : undefined;
  if (first?.ok === false) return first;
  return ok(() => {
    read ??= nodeOfThis();
    return read.ok ? read.value : undefined;
  });
}

function selectedHosts({ hosts }: FleetConfig, list: string): Result<readonly string[]> {
  if (hosts === undefined)
    return fail("bad-usage", "this fleet has no hosts", {
      hint: "leave out --host, or declare them: hosts: { build1: {}, build2: {} }",
    });
  const selected = selectHosts(hosts, list);
  if (selected.ok) {
    const left = selected.names.filter((name) => !isIgnored({ hosts }, name));
    const parts = new Set(list.split(",").map((part) => part.trim()));
    const named = ignoredHosts({ hosts }).filter((name) => parts.has(name));
    return named.length === 0 && left.length > 0
      ? ok(left)
      : ignoredHostsProblem(named.length === 0 ? selected.names : named);
  }
  return fail("bad-usage", `no host fits ${JSON.stringify(selected.part)}`, {
    detail: `The hosts are ${Object.keys(hosts).join(", ")}.`,
    hint: "select by names, patterns, LABEL=VALUE or all, with commas between; ! takes hosts away",
  });
}

function ignoredHostsProblem(names: readonly string[]): Result<never> {
  const [first = "", ...others] = names;
  const all = others.length === 0 ? `host ${first} is` : `hosts ${names.join(", ")} are`;
  return fail("bad-usage", `${all} ignored`, {
    detail: "fleet.yaml says state: ignore, so no command reaches it.",
    hint: "leave it out of --host, or remove state: ignore",
  });
}

/** Refuses a path if it needs the folder of fleet.yaml: other machines do not have it. */
function withoutRelativePaths(config: FleetConfig, names: readonly string[], file: string): Result<void> {
  for (const name of names) {
    const [path] = relativePathsIn(sliceFor(config, name));
    if (path !== undefined)
      return fail(
        "invalid-value",
        `${JSON.stringify(path)} in ${file} is relative to the folder of that file`,
        {
          detail: `Host ${name} has no such folder. Nothing was changed.`,
          hint: `write the path there: ~/${path.replace(/^(?:\.\/)?/, "")}`,
        },
      );
  }
  return ok(undefined);
}

function requestsFor(
  { file, text, included }: LoadedFleet,
  words: readonly string[],
  among: string | undefined,
  { output }: Context,
): (host: string) => RemoteRequest {
  const path = resolve(file);
  const { color, quiet, verbose } = output.options;
  const isTable = included.some((each) => isPlacesPath(each.path));
  const texts = [
    [path, text] as const,
    ...included.map((each) => [each.path, each.text] as const),
    // A table on the other machine belongs to another fleet file.
    ...(isTable ? [] : [[placesPath(path), null] as const]),
  ];
  const revision = gitRevision(path);
  return (host) => ({ host, among, file: path, texts, revision, words, form: { color, quiet, verbose } });
}
