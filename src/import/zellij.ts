import type { FormatReader } from "./form/imported.ts";
import { openLedger, type Ledger } from "./form/ledger.ts";
import { plainName } from "./form/names.ts";
import { readSession } from "./sessions/read-session.ts";
import type { SessionPane, SessionWindow } from "./sessions/session.ts";
import { readKdl, type KdlNode } from "./zellij/kdl-nodes.ts";
import {
  fillTemplate,
  isPane,
  isTab,
  paneProps,
  templatesOf,
  type Templates,
  without,
} from "./zellij/templates.ts";

const screenNodes = new Set(
  "new_tab_template swap_tiled_layout swap_floating_layout children plugin".split(" "),
);
/** Reads a layout of zellij. A pane with a command is a program of its own and is not typed into a shell. */
export const readZellij: FormatReader = (input, world, per) => {
  const nodes = readKdl(input.text, input.path);
  if (!nodes.ok) return { ...nodes, notes: [] };
  const ledger = openLedger(input.path, input.text.split("\n"));
  const layout = nodes.value.find(({ name }) => name === "layout");
  if (layout === undefined) {
    ledger.problem(
      "wrong-type",
      nodes.value[0]?.place.line ?? 1,
      "there is no layout",
      "a layout of zellij begins with layout {",
    );
    return ledger.finish({ agents: [] });
  }
  const templates = templatesOf(layout);
  const tabs = layout.children.filter((node) => isTab(node, templates));
  for (const node of layout.children) tellOf(node, templates, ledger);
  const tabless = layout.children.filter((node) => isPane(node, templates) || node.name === "floating_panes");
  const name = plainName(input.name.replace(/\.kdl$/, ""), "session");
  const windows =
    tabs.length > 0
      ? tabs.map((tab) => zellijWindow(tab, templates, ledger))
      : [bareWindow(layout, tabless, templates, ledger)];
  return readSession(
    {
      at: lineNumber(layout),
      name,
      folder: propertyText(layout, "cwd"),
      base: input.folder,
      windows: windows.filter(({ panes }) => panes.length > 0),
    },
    { input, world, per, ledger },
  );
};

function lineNumber({ place }: KdlNode): number {
  return place.line;
}

function tellOf(node: KdlNode, templates: Templates, ledger: Ledger): void {
  if (
    ["pane_template", "tab_template", "default_tab_template", "floating_panes", "cwd"].includes(node.name) ||
    isTab(node, templates) ||
    isPane(node, templates)
  )
    return;
  if (screenNodes.has(node.name)) ledger.note("not-needed", lineNumber(node), node.name);
  else ledger.lose("unknown-key", lineNumber(node), node.name);
}

function bareWindow(
  layout: KdlNode,
  panes: readonly KdlNode[],
  templates: Templates,
  ledger: Ledger,
): SessionWindow {
  return {
    at: lineNumber(layout),
    name: undefined,
    panes: panes.flatMap((pane) => panesOf(pane, templates, ledger)),
  };
}

function zellijWindow(node: KdlNode, templates: Templates, ledger: Ledger): SessionWindow {
  for (const child of node.children) tellOf(child, templates, ledger);
  const template = templates.tabs.get(node.name) ?? templates.ofTabs;
  const tab = template === undefined ? node : fillTemplate(template, node);
  const direction = tab.props.get("split_direction");
  if (direction !== undefined) ledger.lose("split", lineNumber(tab), `split_direction ${direction}`);
  const inside = tab.children.flatMap((child) => panesOf(child, templates, ledger));
  return {
    at: lineNumber(tab),
    name: tab.props.get("name") ?? tab.args[0],
    folder: propertyText(tab, "cwd"),
    focus: tab.props.get("focus") === "true",
    panes: inside.length > 0 ? inside : [{ at: lineNumber(tab), typed: [], inherited: 0 }],
  };
}

/** Returns the panes within a node; those of plugins are left out. */
function panesOf(node: KdlNode, templates: Templates, ledger: Ledger): readonly SessionPane[] {
  if (node.name === "floating_panes") {
    ledger.lose("split", lineNumber(node), "floating_panes");
    return node.children.flatMap((child) => panesOf(child, templates, ledger));
  }
  if (!isPane(node, templates)) return [];
  const template = templates.panes.get(node.name);
  const pane = template === undefined ? node : { ...fillTemplate(template, node), name: "pane" };
  // A template within itself would have no end.
  const inner = template === undefined ? templates : without(templates, node.name);
  if (pane.children.some(({ name }) => name === "plugin")) {
    ledger.note("plugin-pane", lineNumber(node), pane.children[0]?.props.get("location") ?? "plugin");
    return [];
  }
  const inside = pane.children.filter((child) => isPane(child, inner));
  if (inside.length > 0) {
    ledger.lose(
      "split",
      lineNumber(node),
      `split_direction ${pane.props.get("split_direction") ?? "horizontal"}`,
    );
    return inside.flatMap((child) => panesOf(child, inner, ledger));
  }
  return [zellijPane(pane, lineNumber(node), ledger)];
}

function zellijPane(pane: KdlNode, line: number, ledger: Ledger): SessionPane {
  for (const key of [...pane.props.keys(), ...pane.children.map(({ name }) => name)]) {
    if (!paneProps.has(key)) ledger.lose("unknown-key", line, key);
  }
  const start = propertyText(pane, "start_suspended");
  if (start === "true") ledger.lose("suspended-pane", line, propertyText(pane, "command") ?? "pane");
  const command = propertyText(pane, "command");
  const edit = propertyText(pane, "edit");
  const args = pane.children.find(({ name }) => name === "args")?.args ?? [];
  const program = command === undefined ? undefined : args.length === 0 ? command : [command, ...args];
  return {
    at: line,
    name: pane.props.get("name"),
    typed:
      edit === undefined || command !== undefined
        ? []
        : [`\${EDITOR:-vi} ${/^[\w./~-]+$/.test(edit) ? edit : `'${edit.replaceAll("'", `'\\''`)}'`}`],
    inherited: 0,
    program,
    folder: propertyText(pane, "cwd"),
    focus: propertyText(pane, "focus") === "true",
  };
}

/** Returns a setting that is a property or a node of its own. */
function propertyText(node: KdlNode, key: string): string | undefined {
  return node.props.get(key) ?? node.children.find(({ name }) => name === key)?.args[0];
}
