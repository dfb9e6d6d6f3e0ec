import type { PersonHooks } from "./preset.ts";
import { isRecord } from "../text/json.ts";

/** The next text of a person's file of hooks; undefined if the file goes. */
export type HooksEdit =
  | { readonly kind: "edit"; readonly text: string | undefined }
  | { readonly kind: "same" }
  /** The file is no JSON, has another form, or a layout that cannot be kept. */
  | { readonly kind: "refused"; readonly why: "syntax" | "form" | "layout"; readonly detail?: string };

type HookEntry = Readonly<Record<string, unknown>>;

/** A file of hooks, with its layout. */
interface ReadHooks {
  readonly root: HookEntry;
  readonly hooks: Readonly<Record<string, readonly HookEntry[]>>;
  readonly write: (root: HookEntry) => string;
}

/** The value of a file fleet has made. A removal deletes such a file if nothing else is left in it. */
const description = "Made by fleet hooks install. fleet hooks remove takes it back.";

const tool = "$MOSAIC_AGENT_TOOLS/mosaic-activity";

/** Returns a line for a shell that reports from an agent, and does nothing elsewhere. */
function commandFor(report: string): string {
  return `[ ! -x "${tool}" ] || "${tool}" ${report}`;
}

/** Returns the groups of hooks to install, by event. */
function groupsOf({ reports, timeout }: PersonHooks): Readonly<Record<string, HookEntry>> {
  return Object.fromEntries(
    reports.map(({ event, report }) => [
      event,
      { hooks: [{ type: "command", command: commandFor(report), timeout }] },
    ]),
  );
}

/** Returns the file of a person who has no hooks yet, as JSON. */
export function onlyOurHooks(preset: PersonHooks): string {
  const hooks = Object.fromEntries(
    Object.entries(groupsOf(preset)).map(([event, group]) => [event, [group]]),
  );
  return `${JSON.stringify({ description, hooks }, null, 2)}\n`;
}

/** Returns a file with the hooks of a preset behind a person's own ones. `text` is undefined without a file. Pure. */
export function withHooks(text: string | undefined, preset: PersonHooks): HooksEdit {
  if (text === undefined) return { kind: "edit", text: onlyOurHooks(preset) };
  const read = readHooks(text);
  if ("kind" in read) return read;
  const others = withoutOurs(read.hooks);
  const ours = groupsOf(preset);
  const events = [...new Set([...Object.keys(others), ...Object.keys(ours)])];
  const hooks = Object.fromEntries(
    events.map((event) => [
      event,
      [...(others[event] ?? []), ...(ours[event] === undefined ? [] : [ours[event]])],
    ]),
  );
  return edited(text, read.write({ ...read.root, hooks: inOrderOf(read.hooks, hooks) }));
}

/** Returns a file without our hooks. Pure. */
export function withoutHooks(text: string | undefined): HooksEdit {
  if (text === undefined) return { kind: "same" };
  const read = readHooks(text);
  if ("kind" in read) return read;
  const left = withoutOurs(read.hooks);
  const isOurs = read.root["description"] === description && Object.keys(read.root).length === 2;
  if (isOurs && Object.keys(left).length === 0) return { kind: "edit", text: undefined };
  return edited(text, read.write({ ...read.root, hooks: left }));
}

/** Returns true for a file with hooks of ours. */
export function hasOurHooks(text: string | undefined): boolean {
  return text?.includes(JSON.stringify(tool).slice(1, -1)) ?? false;
}

function edited(before: string, after: string): HooksEdit {
  return before === after ? { kind: "same" } : { kind: "edit", text: after };
}

function inOrderOf<T>(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const known = Object.keys(before).filter((key) => Object.hasOwn(after, key));
  const keys = [...known, ...Object.keys(after).filter((key) => !known.includes(key))];
  return Object.fromEntries(keys.flatMap((key) => (after[key] === undefined ? [] : [[key, after[key]]])));
}

/** Reads a file whose layout JSON.stringify gives back, so an edit touches no other line. */
function readHooks(text: string): ReadHooks | Extract<HooksEdit, { kind: "refused" }> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return { kind: "refused", why: "syntax", detail: (error as Error).message };
  }
  if (!isRecord(root)) return { kind: "refused", why: "form" };
  const hooks = root["hooks"] ?? {};
  if (!isRecord(hooks) || !Object.values(hooks).every(isGroups)) return { kind: "refused", why: "form" };
  const layout = layouts.find((each) => each(root) === text);
  if (layout === undefined) return { kind: "refused", why: "layout" };
  return { root, hooks: hooks as Readonly<Record<string, readonly HookEntry[]>>, write: layout };
}

const layouts: readonly ((root: HookEntry) => string)[] = [2, 4, "\t", 3, 1, 8, 0].flatMap((indent) =>
  ["\n", ""].map((end) => (root: HookEntry) => `${JSON.stringify(root, null, indent)}${end}`),
);

/** Returns true for a list of groups, each with a list of hooks. */
function isGroups(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((group) => isRecord(group) && Array.isArray(group["hooks"]) && group["hooks"].every(isRecord))
  );
}

function withoutOurs(hooks: ReadHooks["hooks"]): Readonly<Record<string, readonly HookEntry[]>> {
  const left = Object.entries(hooks).map(([event, groups]): [string, readonly HookEntry[]] => [
    event,
    groups.flatMap((group) => {
      const all = group["hooks"] as readonly HookEntry[];
      const others = all.filter(({ command }) => typeof command !== "string" || !command.includes(tool));
      if (others.length === all.length) return [group];
      return others.length === 0 ? [] : [{ ...group, hooks: others }];
    }),
  ]);
  // An event without any hook was there before.
  return Object.fromEntries(
    left.filter(([event, groups]) => groups.length > 0 || hooks[event]?.length === 0),
  );
}
