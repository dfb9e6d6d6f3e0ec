import { readNodes, type LocatedNode } from "../config/yaml/located-nodes.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Input } from "./form/imported.ts";
import { entryOf, itemsOf } from "./form/nodes.ts";
import { formats, type ImportFormat } from "./format-names.ts";

/** The usual names of files, the first match wins. */
const fileNames: readonly (readonly [RegExp, ImportFormat])[] = [
  [/^\.?tmuxp(?:\.|$)|\.tmuxp\./, "tmuxp"],
  [/^\.?tmuxinator(?:\.|$)|\.tmuxinator\./, "tmuxinator"],
  [/^\.?smug(?:\.|$)|\.smug\./, "smug"],
  [/^\.?teamocil(?:\.|$)|\.teamocil\./, "teamocil"],
  [/(?:^|\.)Procfile(?:\.|$)|\.procfile$/i, "procfile"],
  [/^process-compose.*\.ya?ml$/, "process-compose"],
  [/^\.?mprocs.*\.(?:ya?ml|json)$/, "mprocs"],
  [/(?:^|\.)(?:ecosystem|pm2|processes)(?:\.config)?\.(?:json|ya?ml|[cm]?[jt]s)$|\.config\.[cm]?js$/, "pm2"],
  [/^\.?workmux.*\.ya?ml$|\.workmux\./, "workmux"],
  [/\.kdl$/, "zellij"],
];

/** Returns the format of a file by its name, and otherwise by its keys. */
export function detectFormat(input: Input): Result<ImportFormat> {
  const byName = fileNames.find(([pattern]) => pattern.test(input.name))?.[1];
  if (byName !== undefined) return ok(byName);
  // A file with ERB is none of the others, and need not be valid YAML.
  if (input.text.includes("<%") && /\.ya?ml$/.test(input.name)) return ok("tmuxinator");
  const nodes = readNodes(input.text, input.path);
  if (!nodes.ok) return /\.(?:ya?ml|json)$/.test(input.name) ? nodes : unknownFormat(input);
  const found = candidatesOf(nodes.value);
  const [only] = found;
  if (only === undefined) return looksLikeProcfile(input.text) ? ok("procfile") : unknownFormat(input);
  if (found.length === 1) return ok(only);
  return fail("bad-usage", `${input.path} may be a file of ${found.join(" or ")}`, {
    detail: `It has keys of both: ${mapKeys(nodes.value).slice(0, 8).join(", ")}.`,
    hint: `say which: --from ${found.at(-1)}`,
  });
}

function mapKeys(node: LocatedNode): readonly string[] {
  return node.kind === "map" ? node.entries.map(({ key }) => key) : [];
}

function candidatesOf(node: LocatedNode): readonly ImportFormat[] {
  const hasKeys = (...keys: readonly string[]): boolean =>
    keys.every((key) => entryOf(node, key) !== undefined);
  const session = entryOf(node, "session")?.value;
  const windows = itemsOf(entryOf(node, "windows", "tabs")?.value);
  const hasNamedWindows = windows.some((window) => entryOf(window, "name", "commands") !== undefined);
  const found: ImportFormat[] = [];
  if (hasKeys("session_name")) found.push("tmuxp");
  if ((hasKeys("name") || hasKeys("project_name")) && (hasKeys("windows") || hasKeys("tabs"))) {
    found.push(hasNamedWindows && session === undefined ? "teamocil" : "tmuxinator");
  }
  if (session?.kind === "map") found.push("teamocil");
  if (session?.kind === "scalar") found.push("smug");
  if (found.length === 0 && hasKeys("windows") && hasNamedWindows) found.push("teamocil");
  if (hasKeys("processes")) found.push("process-compose");
  if (hasKeys("procs")) found.push("mprocs");
  if (hasKeys("apps") || isProcessList(node)) found.push("pm2");
  if (hasKeys("post_create") || hasKeys("worktree_dir") || (hasKeys("agent") && hasKeys("panes")))
    found.push("workmux");
  return found;
}

/** Returns true for the output of `pm2 jlist`. */
function isProcessList(node: LocatedNode): boolean {
  return node.kind === "list" && node.items.some((item) => entryOf(item, "pm2_env", "script") !== undefined);
}

function looksLikeProcfile(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.every((line) => /^[A-Za-z0-9_.-]+:\s*\S/.test(line));
}

function unknownFormat({ path, name }: Input): Result<ImportFormat> {
  const compose = /^(?:docker-)?compose\b.*\.ya?ml$/.test(name);
  return fail("bad-usage", `${path} is no file of a known tool`, {
    ...(compose
      ? {
          detail:
            "Services of compose are containers; `docker compose up NAME` can be the command of an agent.",
        }
      : {}),
    hint: `say which with --from: ${formats.join(", ")}`,
  });
}
