import { readNodes, type LocatedMap, type LocatedNode } from "../../config/yaml/located-nodes.ts";
import type { Division, FormatReader, ImportResult, Input, World } from "./imported.ts";
import { openLedger, type Ledger } from "./ledger.ts";

/** Everything that the reader of a format needs besides the nodes of the file. */
interface ReaderTools {
  readonly input: Input;
  readonly world: World;
  readonly per: Division;
  readonly ledger: Ledger;
}

/** Returns the reader of a format in YAML or JSON from a function of the nodes of a file. */
export function yamlReader(read: (root: LocatedNode, tools: ReaderTools) => ImportResult): FormatReader {
  return (input, world, per) => {
    const nodes = readNodes(input.text, input.path);
    if (!nodes.ok) return { ...nodes, notes: [] };
    return read(nodes.value, { input, world, per, ledger: openLedger(input.path) });
  };
}

/** The problem of a file with another root than a map. */
interface NoMap {
  readonly summary: string;
  readonly hint: string;
}

/** Returns the reader of a format whose files are maps. */
export function mapReader(
  noMap: NoMap,
  read: (root: LocatedMap, tools: ReaderTools) => ImportResult,
): FormatReader {
  return yamlReader((root, tools) =>
    root.kind === "map" ? read(root, tools) : refuseRoot(root, noMap, tools),
  );
}

/** Returns the result for a file that has something else in the place of its map. */
export function refuseRoot(
  at: Parameters<Ledger["problem"]>[1],
  { summary, hint }: NoMap,
  { ledger }: Pick<ReaderTools, "ledger">,
): ImportResult {
  ledger.problem("wrong-type", at, summary, hint);
  return ledger.finish({ agents: [] });
}
