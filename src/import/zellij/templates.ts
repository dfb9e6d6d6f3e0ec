import type { KdlNode } from "./kdl-nodes.ts";

/** The templates of a layout. Zellij puts the content of a node in the place of `children`. */
export interface Templates {
  readonly panes: ReadonlyMap<string, KdlNode>;
  readonly tabs: ReadonlyMap<string, KdlNode>;
  /** The template of tabs without one of their own. */
  readonly ofTabs: KdlNode | undefined;
}

/** The settings of a pane. */
export const paneProps = new Set(
  "name command edit cwd args focus size borderless split_direction stacked expanded close_on_exit start_suspended pane_title x y width height pinned hide_floating_panes".split(
    " ",
  ),
);

/** Reads the templates of a layout. */
export function templatesOf(layout: KdlNode): Templates {
  const nodesByName = (kind: string): ReadonlyMap<string, KdlNode> =>
    new Map(
      layout.children
        .filter(({ name }) => name === kind)
        .map((node) => [node.props.get("name") ?? "", withoutPlugins(node)]),
    );
  const ofTabs = layout.children.find(({ name }) => name === "default_tab_template");
  return {
    panes: nodesByName("pane_template"),
    tabs: nodesByName("tab_template"),
    ofTabs: ofTabs === undefined ? undefined : withoutPlugins(ofTabs),
  };
}

/** Returns true for a pane, also one by a template. */
export function isPane({ name }: KdlNode, templates: Templates): boolean {
  return name === "pane" || (templates.panes.has(name) && name !== "");
}

/** Returns true for a tab, also one by a template. */
export function isTab({ name }: KdlNode, templates: Templates): boolean {
  return name === "tab" || (templates.tabs.has(name) && name !== "");
}

/** Returns the templates without one of panes. */
export function without(templates: Templates, name: string): Templates {
  const panes = new Map([...templates.panes].filter(([each]) => each !== name));
  return { ...templates, panes };
}

/** Returns a template with the settings of the node that uses it, and with its content in the place of `children`. */
export function fillTemplate(template: KdlNode, node: KdlNode): KdlNode {
  const { name: _template, ...props } = Object.fromEntries(template.props);
  const settings = node.children.filter(({ name }) => paneProps.has(name));
  const content = node.children.filter((child) => !settings.includes(child));
  const own = new Set(settings.map(({ name }) => name));
  const inherited = template.children.filter(({ name }) => !own.has(name));
  return {
    ...node,
    props: new Map([...Object.entries(props), ...node.props]),
    children: hasPlace(template)
      ? [...settings, ...inherited.flatMap((child) => filledContent(child, content))]
      : [...inherited, ...node.children],
  };
}

function hasPlace({ name, children }: KdlNode): boolean {
  return name === "children" || children.some(hasPlace);
}

function filledContent(node: KdlNode, content: readonly KdlNode[]): readonly KdlNode[] {
  if (node.name === "children") return content;
  return hasPlace(node)
    ? [{ ...node, children: node.children.flatMap((child) => filledContent(child, content)) }]
    : [node];
}

/** Leaves out the panes of plugins, which are part of the screen. */
function withoutPlugins(node: KdlNode): KdlNode {
  const children = node.children
    .filter((child) => !child.children.some(({ name }) => name === "plugin"))
    .map(withoutPlugins);
  return { ...node, children };
}
