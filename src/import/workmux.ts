import { join } from "node:path/posix";
import { readNodes, type LocatedNode } from "../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../config/writing/fleet-text.ts";
import type { FormatReader, World } from "./form/imported.ts";
import { agentAt, openLedger, type Ledger } from "./form/ledger.ts";
import { entryOf, itemsOf, loseOthers, textAt, nodeTexts, firstValue, wordSet } from "./form/nodes.ts";
import { workdirOf } from "./form/places.ts";
import { readTyped } from "./sessions/typed-lines.ts";

const known = wordSet("agent worktree_dir files post_create panes main_branch window_prefix");

/** Reads a .workmux.yaml: one agent with a worktree of its own. */
export const readWorkmux: FormatReader = (input, world) => {
  const nodes = readNodes(input.text, input.path);
  if (!nodes.ok) return { ...nodes, notes: [] };
  const root = nodes.value;
  const ledger = openLedger(input.path);
  if (root.kind !== "map") {
    ledger.problem("wrong-type", root, "a workmux file is a map", "write agent: COMMAND");
    return ledger.finish({ agents: [] });
  }
  loseOthers(root, known, ledger);
  const command = textAt(root, "agent") ?? "claude";
  const worktrees =
    textAt(root, "worktree_dir") ?? `../${input.folder.split("/").at(-1) ?? "app"}__worktrees`;
  const folder = workdirOf(worktrees, input.folder, world) ?? join(input.folder, ".worktrees");
  const files = firstValue(root, "files");
  const copy = listed(firstValue(files, "copy"), ledger);
  const link = listed(firstValue(files, "symlink"), ledger);
  const setup = listed(firstValue(root, "post_create"), ledger);
  if (link.some((path) => path.includes("node_modules")))
    ledger.note("shared-modules", entryOf(files, "symlink"), "node_modules");
  ledger.note("own-worktree", root, input.folder);
  const panes = itemsOf(firstValue(root, "panes"));
  const further = panes.filter((pane) => !isAgent(pane, command)).map((pane) => paneOf(pane, world, ledger));
  const worktree = {
    repo: input.folder,
    branch: "agent",
    path: `${folder}/agent`,
    ...(copy.length === 0 ? {} : { copy }),
    ...(link.length === 0 ? {} : { link }),
    ...(setup.length === 0 ? {} : { setup }),
  };
  const windows = new Map<string, WrittenValue>([["main", { panes: further }]]);
  return ledger.finish({
    agents: [
      agentAt("agent", input.path, entryOf(root, "agent") ?? root, {
        keys: { command },
        wishes: { worktree, ...(further.length === 0 ? {} : { windows }) },
      }),
    ],
  });
};

/** Returns the texts of a list. `<global>` stands for the user's own file, which is not read. */
function listed(node: LocatedNode | undefined, ledger: Ledger): readonly string[] {
  return itemsOf(node).flatMap((item) => {
    const [text] = nodeTexts(item);
    if (text === undefined) return [];
    if (text !== "<global>") return [text];
    ledger.note("global-unread", item, text);
    return [];
  });
}

function isAgent(pane: LocatedNode, command: string): boolean {
  const text = textAt(pane, "command");
  return text === "<agent>" || text === command;
}

function paneOf(pane: LocatedNode, world: World, ledger: Ledger): WrittenValue {
  const typed = nodeTexts(firstValue(pane, "command"));
  const { lines } = readTyped({ typed, folder: undefined, at: pane }, world, ledger);
  return lines.length === 0 ? {} : { command: [world.shell, "-lic", lines.join("\n")] };
}
