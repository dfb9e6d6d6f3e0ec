import type { LocatedNode } from "../config/yaml/located-nodes.ts";
import type { World } from "./form/imported.ts";
import type { Ledger } from "./form/ledger.ts";
import {
  entryOf,
  flagOf,
  itemsOf,
  loseOthers,
  textAt,
  nodeText,
  nodeTexts,
  firstValue,
  wordSet,
} from "./form/nodes.ts";
import { workdirOf } from "./form/places.ts";
import { variablesOf } from "./form/variables.ts";
import { mapReader } from "./form/yaml-reader.ts";
import { readSession } from "./sessions/read-session.ts";
import type { SessionPane, SessionWindow } from "./sessions/session.ts";

const sessionKeys = wordSet(
  "session_name start_directory windows shell_command_before before_script environment suppress_history focus attach " +
    "socket_name config global_options options plugins window_index",
);
const windowKeys = wordSet(
  "window_name start_directory panes layout focus shell_command_before options options_after window_shell environment " +
    "suppress_history window_index",
);
const paneKeys = wordSet(
  "shell_command start_directory focus shell environment suppress_history enter sleep_before sleep_after pane_name " +
    "shell_command_before",
);

const noMap = { summary: "a tmuxp file is a map", hint: "begin with session_name: NAME and windows:" };

/** The reader of a session file of tmuxp. */
export const readTmuxp = mapReader(noMap, (session, { input, world, per, ledger }) => {
  tellOfOptions(session, ledger);
  loseOthers(session, sessionKeys, ledger);
  const named = textAt(session, "session_name");
  if (named === undefined)
    ledger.problem("missing-key", session, "session_name is missing", "write session_name: NAME");
  const before = shellLines(firstValue(session, "shell_command_before"), ledger);
  const script = textAt(session, "before_script");
  const preStart = script === undefined ? [] : [scriptOf(script, input.folder, world)];
  const windows = itemsOf(firstValue(session, "windows"));
  return readSession(
    {
      at: session,
      name: named ?? "session",
      folder: textAt(session, "start_directory"),
      base: input.folder,
      env: variablesOf(firstValue(session, "environment"), world, ledger),
      preStart,
      windows: windows.map((window) => tmuxpWindow(window, before, { world, ledger })),
    },
    { input, world, per, ledger },
  );
});

/** Returns the path of a script. One beginning with `.` is relative to the file. */
function scriptOf(script: string, folder: string, world: World): string {
  return /^\.{1,2}\//.test(script) ? (workdirOf(script, folder, world) ?? script) : script;
}

function tellOfOptions(session: LocatedNode, ledger: Ledger): void {
  for (const key of ["global_options", "options"]) {
    const entry = entryOf(session, key);
    if (entry !== undefined) ledger.lose("tmux-option", entry, key);
  }
  const plugins = entryOf(session, "plugins");
  if (plugins !== undefined) ledger.lose("plugin-code", plugins, "plugins");
}

interface Tools {
  readonly world: World;
  readonly ledger: Ledger;
}

function tmuxpWindow(node: LocatedNode, ofSession: readonly string[], tools: Tools): SessionWindow {
  const { world, ledger } = tools;
  if (node.kind === "map") loseOthers(node, windowKeys, ledger, "windows: ");
  else ledger.problem("wrong-type", node, "a window of tmuxp is a map", "write - window_name: NAME");
  const before = [...ofSession, ...shellLines(firstValue(node, "shell_command_before"), ledger)];
  const number = entryOf(node, "window_index");
  if (number !== undefined) ledger.lose("window-index", number, "window_index");
  const shell = textAt(node, "window_shell");
  const panes = entryOf(node, "panes") === undefined ? [] : itemsOf(firstValue(node, "panes"));
  const options = firstValue(node, "options");
  const layout = textAt(node, "layout");
  loseOptions(options, ledger);
  const after = entryOf(node, "options_after");
  if (after !== undefined) ledger.lose("tmux-option", after, "options_after");
  return {
    at: node,
    name: textAt(node, "window_name"),
    folder: textAt(node, "start_directory"),
    layout,
    mainSize: textAt(options, layout?.startsWith("main-vertical") ? "main-pane-width" : "main-pane-height"),
    focus: flagOf(firstValue(node, "focus")) ?? false,
    env: variablesOf(firstValue(node, "environment"), world, ledger),
    panes:
      panes.length === 0
        ? [{ at: node, typed: before, inherited: 0, program: shell }]
        : panes.map((pane) => tmuxpPane(pane, before, shell, tools)),
  };
}

function loseOptions(options: LocatedNode | undefined, ledger: Ledger): void {
  if (options?.kind !== "map") return;
  for (const entry of options.entries) {
    if (!/^main-pane-(?:height|width)$/.test(entry.key)) ledger.lose("tmux-option", entry, entry.key);
  }
}

function tmuxpPane(
  node: LocatedNode,
  before: readonly string[],
  shell: string | undefined,
  tools: Tools,
): SessionPane {
  const { world, ledger } = tools;
  if (node.kind !== "map") {
    const own = node.kind === "list" ? shellLines(node, ledger) : ownLines(nodeText(node));
    return { at: node, typed: [...before, ...own], inherited: before.length, program: shell };
  }
  loseOthers(node, paneKeys, ledger, "panes: ");
  for (const key of ["sleep_before", "sleep_after"]) {
    const entry = entryOf(node, key);
    if (entry !== undefined) ledger.note("nothing-typed", entry, key);
  }
  const own = shellLines(firstValue(node, "shell_command"), ledger);
  if (flagOf(firstValue(node, "enter")) === false && own.length > 0) {
    ledger.lose("not-entered", node, own.join("; "));
  }
  const isTyped = flagOf(firstValue(node, "enter")) !== false;
  const all = [...before, ...shellLines(firstValue(node, "shell_command_before"), ledger)];
  return {
    at: node,
    name: textAt(node, "pane_name"),
    typed: [...all, ...(isTyped ? own : [])],
    inherited: all.length,
    program: textAt(node, "shell") ?? shell,
    folder: textAt(node, "start_directory"),
    env: variablesOf(firstValue(node, "environment"), world, ledger),
    focus: flagOf(firstValue(node, "focus")) ?? false,
  };
}

/** Returns the lines of a text. `blank` and `pane` stand for an empty pane. */
function ownLines(text: string | undefined): readonly string[] {
  return text === undefined || /^(?:blank|pane|)$/.test(text.trim()) ? [] : [text];
}

/** Returns the lines of shell_command: texts, or maps with a `cmd`. */
function shellLines(node: LocatedNode | undefined, ledger: Ledger): readonly string[] {
  return itemsOf(node).flatMap((item): readonly string[] => {
    if (item.kind !== "map") return item.kind === "list" ? nodeTexts(item) : ownLines(nodeText(item));
    if (firstValue(item, "shell_command") !== undefined)
      return shellLines(firstValue(item, "shell_command"), ledger);
    const line = ownLines(textAt(item, "cmd"));
    if (flagOf(firstValue(item, "enter")) !== false) return line;
    ledger.lose("not-entered", item, line.join("; "));
    return [];
  });
}
