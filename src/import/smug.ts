import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { Ledger } from "./form/ledger.ts";
import { entryOf, itemsOf, loseOthers, textAt, nodeTexts, firstValue, wordSet } from "./form/nodes.ts";
import { variablesOf } from "./form/variables.ts";
import { mapReader } from "./form/yaml-reader.ts";
import { readSession } from "./sessions/read-session.ts";
import type { SessionPane, SessionWindow } from "./sessions/session.ts";

const known = wordSet(
  "session root before_start stop env windows attach sendkeys_timeout rebalance_panes_after attach_hook detach_hook " +
    "tmux_options",
);
const windowKeys = wordSet("name root commands panes layout manual before_start selected");
const paneKeys = wordSet("root type commands name");

const noMap = { summary: "a smug file is a map", hint: "begin with session: NAME and windows:" };

/** The reader of a configuration of smug. */
export const readSmug = mapReader(noMap, (root, { input, world, per, ledger }) => {
  loseOthers(root, known, ledger);
  const name = textAt(root, "session");
  if (name === undefined) ledger.problem("missing-key", root, "session is missing", "write session: NAME");
  for (const key of ["sendkeys_timeout", "rebalance_panes_after"]) {
    const entry = entryOf(root, key);
    if (entry !== undefined) ledger.note("nothing-typed", entry, key);
  }
  for (const key of ["attach_hook", "detach_hook"]) {
    const entry = entryOf(root, key);
    if (entry !== undefined) ledger.lose("detach-hook", entry, key);
  }
  const options = firstValue(root, "tmux_options");
  return readSession(
    {
      at: root,
      name: name ?? "session",
      folder: textAt(root, "root"),
      base: input.folder,
      env: variablesOf(firstValue(root, "env"), world, ledger),
      preStart: nodeTexts(firstValue(root, "before_start")),
      preStop: nodeTexts(firstValue(root, "stop")),
      socket: textAt(options, "socket_name"),
      config: textAt(options, "config_file"),
      windows: itemsOf(firstValue(root, "windows")).map((window) => smugWindow(window, ledger)),
    },
    { input, world, per, ledger },
  );
});

function smugWindow(node: LocatedNode, ledger: Ledger): SessionWindow {
  if (node.kind !== "map")
    ledger.problem("wrong-type", node, "a window of smug is a map", "write - name: NAME");
  else loseOthers(node, windowKeys, ledger, "windows: ");
  const before = entryOf(node, "before_start");
  for (const line of nodeTexts(before?.value)) ledger.lose("window-hook", before, line, textAt(node, "name"));
  const manual = entryOf(node, "manual");
  if (manual !== undefined) ledger.note("manual-window", manual, textAt(node, "name") ?? "?");
  const own = nodeTexts(firstValue(node, "commands"));
  const further = itemsOf(firstValue(node, "panes")).map((pane) => smugPane(pane, ledger));
  const first: SessionPane = { at: node, typed: own, inherited: 0 };
  return {
    at: node,
    name: textAt(node, "name"),
    folder: textAt(node, "root"),
    layout: textAt(node, "layout"),
    // A window without commands of its own is its panes.
    panes: own.length > 0 || further.length === 0 ? [first, ...further] : further,
  };
}

function smugPane(node: LocatedNode, ledger: Ledger): SessionPane {
  if (node.kind === "map") loseOthers(node, paneKeys, ledger, "panes: ");
  const type = entryOf(node, "type");
  if (type !== undefined) ledger.lose("split", type, textAt(node, "type") ?? "type");
  const typed = nodeTexts(node.kind === "map" ? firstValue(node, "commands") : node);
  return { at: node, name: textAt(node, "name"), typed, inherited: 0, folder: textAt(node, "root") };
}
