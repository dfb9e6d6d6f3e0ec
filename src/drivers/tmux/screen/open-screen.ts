import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { loadCrypto } from "../../../text/digests/digest.ts";
import type { Exec } from "../../../system/exec.ts";
import { explainTmux, isNoPane, isNoServer, runTmux } from "../tmux.ts";
import { inCalls, sequence } from "../sequence.ts";
import { formatWord, commandWord } from "../marks/quoting.ts";
import { screenFormat, parseScreenFacts, type ScreenFacts } from "./screen-facts.ts";

/** A pane whose screen is wanted, with the agent it must belong to. */
export interface ScreenPane {
  readonly socket: string;
  /** `%N` */
  readonly id: string;
  readonly agent: string;
}

/** The process that is to read the output of the pane from now on. */
export interface ScreenReader {
  /** The mark of this reader, for the option @mosaic_ui. */
  readonly mark: string;
  /** A script for sh, with its words. It must print nothing: tmux would type that into the pane. */
  readonly command: readonly string[];
}

/** Everything a terminal needs to show the same as the pane, from one moment. */
export interface PaneScreen {
  readonly facts: ScreenFacts;
  /** True if the reader gets all output after this moment, and none before. */
  readonly isRead: boolean;
  /** Lines above the screen, with their colors; wrapped lines are joined. */
  readonly history: string;
  /** The first rows of these, without colors, to know them again. */
  readonly anchor: string;
  /** The rows of the ordinary screen, if the alternate one is shown. */
  readonly covered: string;
  /** The rows of the screen. */
  readonly rows: string;
}

/**
 * Returns the picture of a pane's screen; undefined if the pane is gone or belongs to another agent. With a reader, the
 * same call starts it: tmux parses no output within a call, so everything is either in the picture or read. tmux has one
 * pipe for each pane, and replaces it silently. So a pane with a pipe, or with a log, keeps it, and then the reader is
 * not started.
 */
export async function openPaneScreen(
  exec: Exec,
  { socket, id, agent }: ScreenPane,
  reader?: ScreenReader,
): Promise<Result<PaneScreen | undefined>> {
  const boundary = loadCrypto().randomUUID();
  const next = `display-message -p ${boundary}`;
  const act = [
    reader === undefined ? undefined : readerCommand(id, reader),
    next,
    `display-message -p -t ${id} '${screenFormat}'`,
    next,
    `if-shell -F -t ${id} '#{history_size}' { capture-pane -p -e -J -t ${id} -S -${historyRows} -E -1 }`,
    next,
    `capture-pane -p -t ${id} -S -${historyRows} -E -${historyRows - anchorRows + 1}`,
    next,
    `if-shell -F -t ${id} '#{alternate_on}' { capture-pane -p -e -N -a -q -t ${id} }`,
    next,
    `capture-pane -p -e -N -t ${id}`,
    next,
  ];
  const isOurs = `#{==:#{@mosaic_agent},${agent}}`;
  const args = ["if-shell", "-F", "-t", id, isOurs, act.filter(Boolean).join(" ; ")];
  const outcome = await runTmux(exec, socket, args);
  const isEmptyServer = outcome.kind === "exited" && /no (?:current target|sessions)/.test(outcome.stderr);
  if (isNoServer(outcome) || isNoPane(outcome) || isEmptyServer) return ok(undefined);
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const parts = outcome.stdout.split(`${boundary}\n`);
  const [started, facts = "", history = "", anchor = "", covered = "", rows = "", end] = parts;
  const parsed = parseScreenFacts(facts.trimEnd());
  if (end === undefined || parsed === undefined) return ok(undefined);
  const isRead = started?.startsWith(isReadText) === true;
  return ok({ facts: parsed, isRead, history, anchor, covered, rows });
}

const isReadText = "fleet-reads";

/** Rows above the screen in a picture, and in one reading of earlier ones. More would hold up tmux, and with it all agents. */
export const historyRows = 500;

/** The number of rows by which a place in the history is known again. */
export const anchorRows = 3;

/**
 * Returns the command that starts a reader. With -I, tmux reads from it, too: so tmux closes the pipe as soon as the reader
 * ends, and not with later output.
 */
function readerCommand(id: string, { mark, command }: ScreenReader): string {
  const isFree = "#{?#{||:#{||:#{pane_dead},#{@mosaic_log}},#{pane_pipe}},0,1}";
  const script = `exec ${command.map(formatWord).join(" ")}`;
  const start = [
    `set-option -p -t ${id} @mosaic_ui ${mark}`,
    `pipe-pane -IO -t ${id} ${commandWord(script)}`,
    `display-message -p ${isReadText}`,
  ];
  return `if-shell -F -t ${id} '${isFree}' { ${start.join(" ; ")} }`;
}

/** Tries to take a mark away: a call may be killed, and the mark would stay until the next server begins. */
const mostTries = 3;

/**
 * Takes the mark of a reader that has ended from its pane. Nothing here ends a pipe: a person may have put another one in
 * the place of ours.
 */
export async function forgetReader(
  exec: Exec,
  { socket, id }: Pick<ScreenPane, "socket" | "id">,
  mark: string,
): Promise<void> {
  const forget = `set-option -p -u -t ${id} @mosaic_ui`;
  const args = ["if-shell", "-F", "-t", id, `#{==:#{@mosaic_ui},${mark}}`, forget];
  for (let tries = 0; tries < mostTries; tries += 1) {
    const outcome = await runTmux(exec, socket, args);
    if (isNoPane(outcome) || isNoServer(outcome) || (outcome.kind === "exited" && outcome.code === 0)) return;
    // A further call to a server without an answer would hold up the others.
    if (outcome.kind === "timed-out") return;
  }
}

/** Takes the marks of people who typed on a page from all panes. */
export async function clearTyping(exec: Exec, socket: string): Promise<void> {
  const args = ["list-panes", "-a", "-F", "#{?@mosaic_typing,#{pane_id},}"];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (outcome.kind !== "exited" || outcome.code !== 0) return;
  const ids = outcome.stdout.split("\n").filter(Boolean);
  for (const some of inCalls(ids)) {
    await runTmux(exec, socket, sequence(some.map((id) => `set-option -p -u -t ${id} @mosaic_typing`)));
  }
}

/** Returns the panes with the mark of a reader, as pairs of pane (`%N`) and mark. None without a server. */
export async function markedScreens(
  exec: Exec,
  socket: string,
): Promise<readonly (readonly [id: string, mark: string])[]> {
  const args = ["list-panes", "-a", "-F", "#{pane_id} #{@mosaic_ui}"];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (outcome.kind !== "exited" || outcome.code !== 0) return [];
  return outcome.stdout
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([id, mark]) => (id?.startsWith("%") === true && mark ? [[id, mark] as const] : []));
}
