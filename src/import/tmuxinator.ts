import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { FormatReader, Input, ImportResult } from "./form/imported.ts";
import { openLedger, type Ledger } from "./form/ledger.ts";
import {
  entryOf,
  itemsOf,
  loseOthers,
  textAt,
  nodeText,
  nodeTexts,
  firstValue,
  wordSet,
} from "./form/nodes.ts";
import { mapReader } from "./form/yaml-reader.ts";
import { readSession } from "./sessions/read-session.ts";
import type { SessionPane, SessionWindow } from "./sessions/session.ts";
import { readTyped } from "./sessions/typed-lines.ts";

const known = wordSet(
  "name project_name root project_root windows tabs pre_window pre_tab rbenv rvm pre on_project_start on_project_first_start " +
    "on_project_restart on_project_exit on_project_stop post startup_window startup_pane tmux_options cli_args " +
    "socket_name attach tmux_command enable_pane_titles pane_title_position pane_title_format",
);
const windowKeys = wordSet("root layout pre panes synchronize focus");

/** Reads a project of tmuxinator. Runs no ERB: a file with any is refused. */
export const readTmuxinator: FormatReader = (input, world, per) =>
  refuseErb(input) ?? readProject(input, world, per);

const noMap = { summary: "a tmuxinator project is a map", hint: "begin with name: NAME and windows:" };

const readProject = mapReader(noMap, (root, { input, world, per, ledger }) => {
  loseOthers(root, known, ledger);
  const name = textAt(root, "name", "project_name");
  if (name === undefined) ledger.problem("missing-key", root, "name is missing", "write name: NAME");
  tellOfProjectKeys(root, ledger);
  const folder = textAt(root, "root", "project_root");
  const typed = [
    ...["rbenv", "rvm"].flatMap((key) => manager(key, textAt(root, key))),
    ...nodeTexts(firstValue(root, "pre_window", "pre_tab")),
  ];
  // Variables that all panes export belong to the environment of the session.
  const before = readTyped(
    { typed, folder: undefined, at: entryOf(root, "pre_window", "pre_tab") ?? root },
    world,
    ledger,
  );
  const hasFolderChange = before.folder !== undefined;
  const windows = itemsOf(firstValue(root, "windows", "tabs"));
  const options = textAt(root, "tmux_options", "cli_args");
  return readSession(
    {
      at: root,
      name: name ?? "session",
      folder: hasFolderChange && folder === undefined ? before.folder : folder,
      base: input.folder,
      env: before.env,
      preStart: linesBeforeStart(root, ledger),
      preStop: nodeTexts(firstValue(root, "on_project_stop")),
      socket:
        textAt(root, "socket_name") ?? /(?:^|\s)-L\s*(?<socket>\S+)/.exec(options ?? "")?.groups?.["socket"],
      config: /(?:^|\s)-f\s*(?<file>\S+)/.exec(options ?? "")?.groups?.["file"],
      windows: windows.map((window, index) =>
        tmuxinatorWindow(window, before.lines, tmuxinatorStart(root, window, index), ledger),
      ),
    },
    { input, world, per, ledger },
  );
});

function refuseErb({ text, path }: Input): ImportResult | undefined {
  const lines = text.split("\n");
  const found = lines.flatMap((line, index) => (line.includes("<%") ? [index + 1] : []));
  const [first] = found;
  if (first === undefined) return undefined;
  const ledger = openLedger(path, lines);
  const where = found.length === 1 ? `line ${first}` : `lines ${found.join(", ")}`;
  ledger.problem(
    "invalid-value",
    first,
    `ERB is Ruby code, and fleet import runs no code (${where})`,
    "replace each <% … %> by its value, and import the file again",
  );
  return ledger.finish({ agents: [] });
}

function manager(key: string, version: string | undefined): readonly string[] {
  if (version === undefined) return [];
  return [key === "rbenv" ? `rbenv shell ${version}` : `rvm use ${version}`];
}

function tellOfProjectKeys(root: LocatedNode, ledger: Ledger): void {
  const old = ["project_name", "project_root", "tabs", "cli_args", "pre", "post", "pre_tab", "rbenv", "rvm"];
  const used = old.filter((key) => entryOf(root, key) !== undefined);
  if (used.length > 0) ledger.note("old-keys", entryOf(root, ...used), used.join(", "), "tmuxinator");
  for (const key of ["post", "on_project_exit", "on_project_restart"]) {
    const entry = entryOf(root, key);
    if (entry !== undefined) ledger.lose("detach-hook", entry, key);
  }
  for (const key of [
    "attach",
    "tmux_command",
    "enable_pane_titles",
    "pane_title_position",
    "pane_title_format",
  ]) {
    const entry = entryOf(root, key);
    if (entry !== undefined) ledger.note("not-needed", entry, key);
  }
}

/** Returns the commands before a start, without those that ask tmux about the session. */
function linesBeforeStart(root: LocatedNode, ledger: Ledger): readonly string[] {
  return ["on_project_start", "on_project_first_start", "pre"].flatMap((key) => {
    const entry = entryOf(root, key);
    return nodeTexts(entry?.value).flatMap((line) => {
      if (!/\btmux\s/.test(line)) return [line.trimEnd()];
      ledger.lose("asks-tmux", entry, key);
      return [];
    });
  });
}

interface StartPlace {
  readonly isWindow: boolean;
  /** The index of the pane to begin in. */
  readonly pane: number | undefined;
}

/** Windows and panes count from 0, as in tmux without base-index. A window may also be named. */
function tmuxinatorStart(root: LocatedNode, window: LocatedNode, index: number): StartPlace {
  const wanted = textAt(root, "startup_window");
  const name = window.kind === "map" ? window.entries[0]?.key : nodeText(window);
  const isWindow = index > 0 && wanted !== undefined && (wanted === name || wanted === String(index));
  const pane = Number(textAt(root, "startup_pane") ?? "NaN");
  return { isWindow, pane: isWindow && pane > 0 ? pane : undefined };
}

function tmuxinatorWindow(
  node: LocatedNode,
  ofProject: readonly string[],
  start: StartPlace,
  ledger: Ledger,
): SessionWindow {
  const [entry] = node.kind === "map" ? node.entries : [];
  if (entry === undefined) {
    return {
      at: node,
      name: nodeText(node),
      focus: start.isWindow,
      panes: [{ at: node, typed: ofProject, inherited: ofProject.length }],
    };
  }
  const { value } = entry;
  const common = { at: entry, name: entry.key, focus: start.isWindow };
  if (value.kind !== "map") {
    const typed = [...ofProject, ...nodeTexts(value)];
    return { ...common, panes: [{ at: entry, typed, inherited: ofProject.length }] };
  }
  loseOthers(value, windowKeys, ledger, `${entry.key}: `);
  const synchronized = entryOf(value, "synchronize");
  if (synchronized !== undefined) ledger.lose("synchronize", synchronized, entry.key);
  const own = nodeTexts(firstValue(value, "pre"));
  const [change, ...further] = own;
  // The `cd` of a window is the folder of all its panes.
  const folder =
    textAt(value, "root") ?? /^cd\s+(?<folder>[^\s;&|$"']+)$/.exec(change ?? "")?.groups?.["folder"];
  const isMoved = folder !== undefined && textAt(value, "root") === undefined;
  const before = [...ofProject, ...(isMoved ? further : own)];
  const panes = itemsOf(firstValue(value, "panes"));
  return {
    ...common,
    folder,
    layout: textAt(value, "layout"),
    panes:
      panes.length === 0
        ? [{ at: entry, typed: before, inherited: before.length }]
        : panes.map((pane, index) => ({ ...tmuxinatorPane(pane, before), focus: index === start.pane })),
  };
}

function tmuxinatorPane(node: LocatedNode, before: readonly string[]): SessionPane {
  const inherited = before.length;
  if (node.kind !== "map") return { at: node, typed: [...before, ...nodeTexts(node)], inherited };
  const [named] = node.entries;
  return { at: node, name: named?.key, typed: [...before, ...nodeTexts(named?.value)], inherited };
}
