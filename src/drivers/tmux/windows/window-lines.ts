import type { KnownPane } from "../../../machine/window-work.ts";
import { paneProcess } from "../format/pane-process.ts";

/** The work on the windows of one agent, in the words of tmux. */
export interface WindowsOrder {
  /** `%N`: the agent's own pane. */
  readonly pane: string;
  /** The expected process of that pane. */
  readonly pid: number;
  /** `$N` */
  readonly sessionId: string;
  readonly windows: readonly WindowOrder[];
  readonly closes: readonly FoundPane[];
}

/** The work on one window. */
interface WindowOrder {
  readonly name: string;
  /** Its declared name in tmux, as a format; empty if there is none. */
  readonly title: string;
  /** `@N`; undefined for a window that is to be made. */
  readonly windowId: string | undefined;
  readonly layout: string;
  /** An option of tmux with its value; empty for none. */
  readonly main: string;
  readonly isArranged: boolean;
  readonly opens: readonly MarkedPane[];
  readonly restarts: readonly (MarkedPane & FoundPane)[];
  readonly keeps: readonly (MarkedPane & FoundPane)[];
}

/** A pane with its process and marks. */
export interface MarkedPane {
  /** The words of its process. */
  readonly words: readonly string[];
  /** The value of its option @mosaic_pane. */
  readonly mark: string;
  /** As a format; empty for none. */
  readonly title: string;
  /** True if it is the one to use in a new window. */
  readonly focus: boolean;
  /** The words of resize-pane; empty for none. */
  readonly size: string;
}

/** A pane as it was observed. A new tmux server gives the same ids to others. */
type FoundPane = Pick<KnownPane, "id" | "processId">;

/**
 * Returns lines for `source-file`: tmux goes on with the next line after an error. Each line checks the process of the
 * agent's pane, or of the pane it ends, because a new server gives the same ids to others. `clients` are in control
 * mode: one that has not read all output of a pane would end the server at a restart in it (tmux/tmux#5499).
 */
export function windowLines(
  { pane, pid, sessionId, windows, closes }: WindowsOrder,
  clients: readonly string[],
): readonly string[] {
  const ifStillThere = (commands: readonly string[]): string =>
    `if-shell -F -t '${pane}' '#{==:${paneProcess},${pid}}' { ${commands.join(" ; ")} }`;
  const lines = windows.flatMap((window, index) =>
    ofWindow(window, sessionId, `mosaic-new-${index + 1}`, ifStillThere, clients),
  );
  return [...lines, ...closes.map(closeLine)];
}

function ofWindow(
  { name, windowId, title, layout, main, isArranged, opens, restarts, keeps }: WindowOrder,
  sessionId: string,
  newName: string,
  guarded: (commands: readonly string[]) => string,
  clients: readonly string[],
): readonly string[] {
  const place = windowId ?? `${sessionId}:=${newName}`;
  const lines = restarts.flatMap((pane) => [
    ...clients.map((client) => pauseLine(client, pane.id)),
    ifProcess(pane, [
      `respawn-pane -k -t ${pane.id} ${pane.words.map(tmuxWord).join(" ")}`,
      ...markCommands(pane, pane.id),
    ]),
  ]);
  for (const [index, pane] of opens.entries()) {
    const words = pane.words.map(tmuxWord).join(" ");
    const isFirst = windowId === undefined && index === 0;
    // tmux halves a pane at each split: without the layout, it soon finds no space.
    if (!isFirst) lines.push(guarded([`select-layout -t '${place}' tiled`]));
    const target = isFirst ? place : `${place}.{bottom-right}`;
    const make = isFirst
      ? `new-window -d -n '${newName}' -t '${sessionId}:' ${words}`
      : `split-window -d -t '${target}' ${words}`;
    const focus = pane.focus && windowId === undefined ? [`select-pane -t '${target}'`] : [];
    lines.push(guarded([make, ...markCommands(pane, target), ...focus]));
    if (isFirst) lines.push(guarded([resizeCommand(place)]));
  }
  if (isArranged) {
    for (const pane of keeps) lines.push(ifProcess(pane, markCommands(pane, pane.id)));
    if (main !== "") lines.push(guarded([`set-option -w -t '${place}' ${main}`]));
    lines.push(guarded([`select-layout -t '${place}' '${layout}'`]));
    for (const { mark, size } of [...restarts, ...keeps, ...opens]) {
      if (size !== "") lines.push(guarded([sizeCommand(place, mark, size)]));
    }
  }
  const shown = title === "" && windowId === undefined ? name : title;
  if (shown !== "" && (isArranged || windowId === undefined)) {
    lines.push(guarded([`rename-window -t '${place}' ${tmuxWord(shown)}`]));
  }
  return lines;
}

/** Returns a command for the size of the session, if nobody is attached: tmux gives a new window its default size. */
function resizeCommand(place: string): string {
  const isAttached = "#{?session_grouped,#{session_group_attached},#{session_attached}}";
  const size = "-x #{s/x.*//:@mosaic_size} -y #{s/.*x//:@mosaic_size}";
  const resize = `run-shell -C -t '${place}' "resize-window -t '${place}' ${size}"`;
  return `if-shell -F -t '${place}' '${isAttached}' '' { ${resize} ; set-option -w -u -t '${place}' window-size }`;
}

function markCommands({ mark, title }: MarkedPane, target: string): readonly string[] {
  return [
    `set-option -p -t '${target}' @mosaic_pane '${mark}'`,
    `set-option -p -t '${target}' remain-on-exit on`,
    ...(title === "" ? [] : [`select-pane -t '${target}' -T ${tmuxWord(title)}`]),
  ];
}

/** Returns a command that gives a size to the panes with this mark. The ids of new ones are not known. */
function sizeCommand(place: string, mark: string, size: string): string {
  return `run-shell -C -t '${place}' "#{P:#{?#{==:#{@mosaic_pane},${mark}},resize-pane -t #{pane_id} ${size} ;,}}"`;
}

/** Returns a command that closes a pane. A dead one with focus reporting on ends tmux before 3.5 (tmux/tmux#3776). */
function closeLine(pane: FoundPane): string {
  return ifProcess(pane, [
    `if-shell -F -t ${pane.id} '#{pane_dead}' { send-keys -R -t ${pane.id} }`,
    `kill-pane -t ${pane.id}`,
  ]);
}

function ifProcess({ id, processId }: FoundPane, commands: readonly string[]): string {
  return `if-shell -F -t ${id} '#{==:${paneProcess},${processId}}' { ${commands.join(" ; ")} }`;
}

function pauseLine(client: string, id: string): string {
  const words = `refresh-client -t ${tmuxWord(client)} -A '${id}`;
  return `${words}:pause' ; ${words}:continue'`;
}

/** Returns a text as one word of a tmux command (tmux(1), PARSING SYNTAX). */
export function tmuxWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
