import { join } from "node:path/posix";
import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { WrittenValue } from "../config/writing/fleet-text.ts";
import type { World } from "./form/imported.ts";
import { agentAt, type Ledger } from "./form/ledger.ts";
import { entryOf, itemsOf, textAt, nodeTexts, firstValue, wordSet } from "./form/nodes.ts";
import { openNames } from "./form/names.ts";
import { workdirOf } from "./form/places.ts";
import { mapReader } from "./form/yaml-reader.ts";
import { readTyped } from "./sessions/typed-lines.ts";

const known = wordSet("agent worktree_dir files post_create panes windows");
/** Keys about branches, names and the looks of workmux. */
const notNeeded = wordSet(
  "main_branch window_prefix worktree_prefix worktree_naming merge_strategy mode status_format status_icons theme nerdfont",
);

const noMap = { summary: "a workmux file is a map", hint: "write agent: COMMAND" };

/** The reader of a .workmux.yaml: one agent with a worktree of its own. */
export const readWorkmux = mapReader(noMap, (root, { input, world, ledger }) => {
  for (const entry of root.entries) {
    if (notNeeded.has(entry.key)) ledger.note("not-needed", entry, entry.key);
    else if (!known.has(entry.key)) ledger.lose("unknown-key", entry, entry.key);
  }
  const command = textAt(root, "agent") ?? "claude";
  const worktrees =
    textAt(root, "worktree_dir") ?? `../${input.folder.split("/").at(-1) ?? "app"}__worktrees`;
  const folder = workdirOf(worktrees, input.folder, world) ?? join(input.folder, ".worktrees");
  const files = firstValue(root, "files");
  const copy = scalarTexts(firstValue(files, "copy"), ledger);
  const link = scalarTexts(firstValue(files, "symlink"), ledger);
  const setup = scalarTexts(firstValue(root, "post_create"), ledger);
  if (link.some((path) => path.includes("node_modules")))
    ledger.note("shared-modules", entryOf(files, "symlink"), "node_modules");
  ledger.note("own-worktree", root, input.folder);
  const windows = workmuxWindows(root, command, world, ledger);
  const worktree = {
    repo: input.folder,
    branch: "agent",
    path: `${folder}/agent`,
    ...(copy.length === 0 ? {} : { copy }),
    ...(link.length === 0 ? {} : { link }),
    ...(setup.length === 0 ? {} : { setup }),
  };
  return ledger.finish({
    agents: [
      agentAt("agent", input.path, entryOf(root, "agent") ?? root, {
        keys: { command },
        wishes: { worktree, ...(windows.size === 0 ? {} : { windows }) },
      }),
    ],
  });
});

/** Returns the windows next to the agent. Its own one is the one with a pane for it, or the first. */
function workmuxWindows(
  root: LocatedNode,
  command: string,
  world: World,
  ledger: Ledger,
): ReadonlyMap<string, WrittenValue> {
  const names = openNames(["main"]);
  const declared = itemsOf(firstValue(root, "windows"));
  const all = declared.length > 0 ? declared : [root];
  const hasAgent = (window: LocatedNode): boolean =>
    itemsOf(firstValue(window, "panes")).some((pane) => isAgentPane(pane, command));
  const main = all.find(hasAgent) ?? all[0];
  return new Map(
    all.flatMap((window, index): readonly [string, WrittenValue][] => {
      const panes = itemsOf(firstValue(window, "panes"))
        .filter((pane) => !isAgentPane(pane, command))
        .map((pane) => workmuxPane(pane, world, ledger));
      const title = textAt(window, "name");
      if (window !== main) {
        const [only = {}] = panes;
        const name = names(title ?? "", ledger, window, `window-${index + 1}`);
        return [[name, panes.length > 1 ? { panes } : only]];
      }
      const isTitled = title !== undefined && title !== "main";
      if (panes.length === 0 && !isTitled) return [];
      return [["main", { ...(isTitled ? { title } : {}), ...(panes.length === 0 ? {} : { panes }) }]];
    }),
  );
}

/** Returns the texts of a list. `<global>` stands for the user's own file, which is not read. */
function scalarTexts(node: LocatedNode | undefined, ledger: Ledger): readonly string[] {
  return itemsOf(node).flatMap((item) => {
    const [text] = nodeTexts(item);
    if (text === undefined) return [];
    if (text !== "<global>") return [text];
    ledger.note("global-unread", item, text);
    return [];
  });
}

function isAgentPane(pane: LocatedNode, command: string): boolean {
  const text = textAt(pane, "command");
  return text === "<agent>" || text === command;
}

function workmuxPane(pane: LocatedNode, world: World, ledger: Ledger): WrittenValue {
  const typed = nodeTexts(firstValue(pane, "command"));
  const { lines } = readTyped({ typed, folder: undefined, at: pane }, world, ledger);
  return lines.length === 0 ? {} : { command: [world.shell, "-lic", lines.join("\n")] };
}
