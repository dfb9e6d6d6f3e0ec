import * as z from "zod/mini";
import { namedLayouts, panesOfLayout } from "../../machine/pane-layouts.ts";
import { ownWindow } from "../own-window.ts";
import { key, map } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { later, type OutputOf } from "./values/later.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import {
  command,
  env,
  filePath,
  flag,
  paneSize,
  title,
  path,
  shellCommand,
  socket,
  terminalSize,
  windowName,
} from "./values/values.ts";

/** A pane next to an agent. */
export interface PaneConfig {
  /** Undefined for a shell. */
  command?: OutputOf<typeof command> | undefined;
  workdir?: string | undefined;
  env?: Record<string, string> | undefined;
  name?: string | undefined;
  focus?: boolean | undefined;
  /** Rows or columns, or a share of the window: `20`, `30%`. */
  size?: string | undefined;
  restart?: boolean | undefined;
}

/** A window next to an agent, or further panes in the agent's own one. */
export interface WindowConfig {
  /** A name or string of tmux; undefined for the usual one. */
  layout?: string | undefined;
  /** The width or height of the main pane of a layout with one. */
  mainSize?: string | undefined;
  title?: string | undefined;
  focus: boolean;
  panes: PaneConfig[];
  /** True if it declares neither a command nor panes: a shell, or in `main` no further pane. */
  isBare: boolean;
}

const paneKeys = later(() => ({
  command: key(command, "Command of the pane: a line for sh, or a list of words. A shell by default.", {
    examples: ["tail -F app.log"],
  }),
  workdir: key(path, "Directory of the pane. By default that of the window or the agent.", {
    examples: ["~/src/app/web"],
  }),
  env: key(env, "Environment variables, in addition to those of the window and the agent."),
  restart: key(flag, "Whether apply starts the command again if it has ended.", { default: false }),
}));

/** The map of one pane. */
export const paneSchema = keyedMap(() => ({
  ...paneKeys(),
  name: key(title, "Title of the pane, until its program sets another."),
  focus: key(flag, "Whether the pane is the first one to be used in its new window.", { default: false }),
  size: key(paneSize, "Rows or columns of the pane, or a share of the window.", { examples: ["30%", 12] }),
}));

const pane = later(() =>
  z.pipe(
    z.union([shellCommand(), paneSchema(), z.null("pane" satisfies ValueKind)], "pane" satisfies ValueKind),
    z.transform((written): PaneConfig =>
      typeof written === "string" ? { command: written } : (written ?? {}),
    ),
  ),
);

const layoutName = later(() =>
  z
    .string("layout" satisfies ValueKind)
    .check(
      z.refine(
        (text) => namedLayouts.has(text) || panesOfLayout(text) !== undefined,
        "layout" satisfies ValueKind,
      ),
    ),
);

const namedLayout = later(() =>
  z
    .string("layout" satisfies ValueKind)
    .check(z.refine((text) => namedLayouts.has(text), "layout" satisfies ValueKind)),
);

/** The map `layout` of a window. */
export const layoutSchema = keyedMap(
  () => ({
    name: key(namedLayout, "Name of the layout."),
    main: key(paneSize, "Columns or rows of the main pane, or its share of the window.", {
      examples: ["60%", 100],
    }),
  }),
  () => [z.refine(({ name }) => name !== undefined, { error: "layout" satisfies ValueKind, path: ["name"] })],
);

const layout = later(() => z.union([layoutName(), layoutSchema()], "layout" satisfies ValueKind));

/** The map of one window. */
export const windowSchema = keyedMap(
  () => ({
    ...paneKeys(),
    layout: key(
      layout,
      "Layout of the panes: a name or a string of tmux, or a map with a name and the size of the main pane.",
      { examples: ["tiled", { name: "main-vertical", main: "60%" }] },
    ),
    title: key(title, "Name of the window in tmux. By default its name here."),
    focus: key(flag, "Whether the window is the first one to be seen in a new session.", {
      default: false,
    }),
    panes: key(
      () =>
        z
          .array(pane(), "list")
          .check(z.minLength(1, "panes" satisfies ValueKind), z.maxLength(50, "panes" satisfies ValueKind)),
      "The panes of the window: commands, or maps. An empty one is a shell.",
      { examples: [["npm run dev", { command: "htop", size: "30%" }]] },
    ),
  }),
  () => [
    z.refine(
      ({ command: line, panes }) => line === undefined || panes === undefined,
      "paneOrPanes" satisfies ValueKind,
    ),
  ],
);

const window = later(() =>
  z.pipe(
    z.union(
      [
        shellCommand(),
        windowSchema(),
        z.null("window" satisfies ValueKind),
        z.literal(false, "window" satisfies ValueKind),
      ],
      "window" satisfies ValueKind,
    ),
    z.transform((written): WindowConfig | false => (written === false ? false : windowConfig(written))),
  ),
);

/** The map `windows` of an agent. */
export const windows = later(() =>
  z.record(windowName(), window(), map).check(
    z.check((ctx) => {
      for (const [name, declared] of Object.entries(ctx.value)) {
        if (declared === false || fitsLayout(name, declared)) continue;
        ctx.issues.push({
          code: "custom",
          message: "roomyLayout" satisfies ValueKind,
          input: declared.layout,
          path: [name, "layout"],
        });
      }
    }),
  ),
);

function windowConfig(written: OutputOf<typeof windowSchema> | string | null): WindowConfig {
  if (typeof written === "string") return { focus: false, panes: [{ command: written }], isBare: false };
  const { layout: arranged, title: shown, focus = false, panes, ...own } = written ?? {};
  const { command: line, env: shared, ...rest } = own;
  return {
    focus,
    isBare: line === undefined && panes === undefined,
    ...(shown === undefined ? {} : { title: shown }),
    ...(typeof arranged === "object"
      ? { layout: arranged.name, mainSize: arranged.main }
      : { layout: arranged }),
    panes: (panes ?? [{ command: line }]).map((each) => ({
      ...rest,
      ...each,
      ...(shared === undefined && each.env === undefined ? {} : { env: { ...shared, ...each.env } }),
    })),
  };
}

/** Returns false for a layout string with fewer places than there are panes: tmux refuses it. */
function fitsLayout(name: string, { layout: text = "", panes }: WindowConfig): boolean {
  const places = namedLayouts.has(text) ? undefined : panesOfLayout(text);
  return places === undefined || places >= panes.length + (name === ownWindow ? 1 : 0);
}

/** The fleet's own tmux server. */
export const tmuxSchema = keyedMap(() => ({
  socket: key(socket, "Name of the tmux socket, as after `tmux -L`. NAME-factory by default.", {
    examples: ["mosaic-factory"],
  }),
  config: key(filePath, "A tmux.conf that the fleet's tmux server reads instead of your own."),
  size: key(
    terminalSize,
    "Columns and rows of an agent's pane while nobody is attached. The default-size of the tmux.conf by default, or 200x50.",
    { examples: ["200x50"] },
  ),
}));
