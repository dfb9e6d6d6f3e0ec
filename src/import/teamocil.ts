import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { Ledger } from "./form/ledger.ts";
import {
  entryOf,
  flagOf,
  itemsOf,
  loseOthers,
  textAt,
  nodeTexts,
  firstValue,
  wordSet,
} from "./form/nodes.ts";
import { plainName } from "./form/names.ts";
import { refuseRoot, yamlReader } from "./form/yaml-reader.ts";
import { readSession } from "./sessions/read-session.ts";
import type { SessionPane, SessionWindow } from "./sessions/session.ts";

const known = wordSet("name windows");
const windowKeys = wordSet("name root layout panes splits focus options clear with_env_var filters");
const paneKeys = wordSet("commands cmd focus root name width height target vertical start_command");

const noMap = { summary: "a teamocil layout is a map", hint: "begin with name: NAME and windows:" };

/** The reader of a layout of teamocil, also in its old form with `session` and `cmd`. */
export const readTeamocil = yamlReader((file, { input, world, per, ledger }) => {
  const outer = entryOf(file, "session");
  const root = outer?.value ?? file;
  if (outer !== undefined) ledger.note("old-keys", outer, "session, cmd", "teamocil");
  if (root.kind !== "map") return refuseRoot(root, noMap, { ledger });
  loseOthers(root, known, ledger);
  // A layout without a name is known by its file.
  const name =
    textAt(root, "name") ?? plainName(input.name.replace(/(?:\.teamocil)?\.ya?ml$/, ""), "session");
  return readSession(
    {
      at: root,
      name,
      base: input.folder,
      windows: itemsOf(firstValue(root, "windows")).map((window) => teamocilWindow(window, ledger)),
    },
    { input, world, per, ledger },
  );
});

function teamocilWindow(node: LocatedNode, ledger: Ledger): SessionWindow {
  if (node.kind !== "map")
    ledger.problem("wrong-type", node, "a window of teamocil is a map", "write - name: NAME");
  else loseOthers(node, windowKeys, ledger, "windows: ");
  const options = entryOf(node, "options");
  if (options !== undefined) ledger.lose("tmux-option", options, "options");
  const filters = firstValue(node, "filters");
  const before = nodeTexts(firstValue(filters, "before"));
  const after = entryOf(filters, "after");
  for (const line of nodeTexts(after?.value)) ledger.lose("line-after", after, line, textAt(node, "name"));
  const panes = itemsOf(firstValue(node, "panes", "splits"));
  const listed = entryOf(node, "panes", "splits")?.value;
  const all = listed?.kind === "list" ? listed.items : panes;
  return {
    at: node,
    name: textAt(node, "name"),
    folder: textAt(node, "root"),
    layout: textAt(node, "layout"),
    focus: flagOf(firstValue(node, "focus")) ?? false,
    panes:
      all.length === 0
        ? [{ at: node, typed: before, inherited: before.length }]
        : all.map((pane) => teamocilPane(pane, before, ledger)),
  };
}

function teamocilPane(node: LocatedNode, before: readonly string[], ledger: Ledger): SessionPane {
  const inherited = before.length;
  if (node.kind !== "map") return { at: node, typed: [...before, ...nodeTexts(node)], inherited };
  loseOthers(node, paneKeys, ledger, "panes: ");
  for (const key of ["width", "height", "target"]) {
    const entry = entryOf(node, key);
    if (entry !== undefined) ledger.lose("split", entry, key);
  }
  return {
    at: node,
    name: textAt(node, "name"),
    typed: [...before, ...nodeTexts(firstValue(node, "commands", "cmd"))],
    inherited,
    folder: textAt(node, "root"),
    focus: flagOf(firstValue(node, "focus")) ?? false,
  };
}
