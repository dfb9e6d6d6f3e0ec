import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import { runtimeIn } from "../../runtimes/known-runtimes.ts";
import type { Input, World } from "../form/imported.ts";
import { openLedger, type At, type Ledger } from "../form/ledger.ts";
import { workdirOf } from "../form/places.ts";
import { namedLayouts, panesOfLayout } from "../../machine/pane-layouts.ts";
import type { Session, SessionPane, SessionWindow, Variable } from "./session.ts";
import { readTyped } from "./typed-lines.ts";

/** A pane with the parts an agent needs. */
export interface ReadPane {
  readonly at: At;
  readonly name: string | undefined;
  /** Undefined for an idle shell. */
  readonly command: string | readonly string[] | undefined;
  readonly folder: string | undefined;
  /** True if the folder is the pane's own, by a `cd` or a key. */
  readonly hasFolder: boolean;
  readonly env: readonly Variable[];
  readonly focus: boolean;
  /** The known AI agent it runs. */
  readonly runtime: string | undefined;
  /** True if it does anything. */
  readonly isWorking: boolean;
}

/** A window with the parts an agent needs. */
export interface ReadWindow {
  readonly at: At;
  readonly name: string | undefined;
  readonly folder: string | undefined;
  readonly layout: WrittenValue | undefined;
  readonly focus: boolean;
  readonly panes: readonly ReadPane[];
}

/** The state of reading one session. */
export interface SessionReader {
  readonly input: Input;
  readonly world: World;
  readonly ledger: Ledger;
  readonly session: Session;
  /** The folder of the session, or of the window within it. */
  readonly folder: string | undefined;
  /** The base of relative folders; undefined below a folder that only the tool knows. */
  readonly base: string | undefined;
}

/** Reads a folder, and tells if it holds a variable that only the tool knows. */
export function sessionFolder(
  text: string | undefined,
  base: string | undefined,
  at: At,
  reader: Pick<SessionReader, "world" | "ledger">,
): string | undefined {
  if (!isGiven(text)) return undefined;
  const folder = workdirOf(text, base, reader.world);
  if (folder === undefined) reader.ledger.lose(base === undefined ? "unknown-base" : "variable", at, text);
  return folder;
}

/** Returns true for the text of a folder that says something. */
export function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

/** Reads the panes of a window. */
export function readWindow(window: SessionWindow, reader: SessionReader): ReadWindow {
  const own = sessionFolder(window.folder, reader.base, window.at, reader);
  // A folder known to the tool alone belongs to no agent, and neither does the one above it.
  const isUnknown = own === undefined && isGiven(window.folder);
  const folder = isUnknown ? undefined : (own ?? reader.folder);
  const base = isUnknown ? undefined : (own ?? reader.base);
  return {
    at: window.at,
    name: window.name,
    folder,
    layout: writtenLayout(window, reader.ledger),
    focus: window.focus ?? false,
    panes: window.panes.map((pane) => readSessionPane(pane, { ...reader, folder, base }, window.env ?? [])),
  };
}

function readSessionPane(pane: SessionPane, reader: SessionReader, ofWindow: readonly Variable[]): ReadPane {
  const { world, ledger } = reader;
  const { at, program } = pane;
  const own = sessionFolder(pane.folder, reader.base, at, reader);
  const start = own ?? reader.base;
  const { lines, folder, env } = readTyped({ typed: pane.typed, folder: start, at }, world, ledger);
  const isIdle = program === undefined && !hasOwnLines(pane, start, world);
  if (isIdle && lines.length > 0) ledger.lose("before-idle-shell", at, lines.join("; "));
  if (program !== undefined && lines.length > 0) ledger.lose("typed-into-program", at, lines.join("; "));
  const text = lines.join("\n");
  if (/(?:^|\s)claude\s(?:.*\s)?--resume\s*$/.test(text))
    ledger.note("resume-without-id", at, "claude --resume");
  const hasMoved = folder !== start;
  const command = program ?? (isIdle ? undefined : [world.shell, "-lic", text]);
  return {
    at,
    name: pane.name,
    command,
    folder: hasMoved ? folder : (own ?? reader.folder),
    hasFolder: hasMoved || own !== undefined,
    env: [...ofWindow, ...(pane.env ?? []), ...env],
    focus: pane.focus ?? false,
    isWorking: command !== undefined || pane.isBusy === true,
    runtime: runtimeIn(
      program === undefined ? text : typeof program === "string" ? program : program.join(" "),
    ),
  };
}

/** Returns true if a pane runs anything besides the lines that all panes begin with. */
function hasOwnLines(
  { typed, inherited, at }: SessionPane,
  folder: string | undefined,
  world: World,
): boolean {
  return readTyped({ typed: typed.slice(inherited), folder, at }, world, openLedger("")).lines.length > 0;
}

function writtenLayout(
  { layout, mainSize, panes, at }: SessionWindow,
  ledger: Ledger,
): WrittenValue | undefined {
  if (layout === undefined || layout === "") return undefined;
  if (namedLayouts.has(layout)) {
    if (mainSize === undefined) return layout;
    return { name: layout, main: /^\d+$/.test(mainSize) ? Number(mainSize) : mainSize };
  }
  const cells = panesOfLayout(layout);
  if (cells === panes.length) return layout;
  ledger.lose(cells === undefined ? "layout-checksum" : "layout-panes", at, layout.slice(0, 60));
  return undefined;
}
