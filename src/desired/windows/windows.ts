import type { AgentConfig } from "../../config/types.ts";
import { ownWindow } from "../../config/own-window.ts";
import { mainSideOf, stackingOf } from "../../machine/pane-layouts.ts";
import { expandHome } from "../../text/paths.ts";
import { recurringDigest } from "../../text/digests/known-digests.ts";
import { commandLine } from "../files/command-line.ts";
import type { EnvFileVariable } from "../env/script-variables.ts";

/** The setting `windows` of an agent. */
type WindowsConfig = NonNullable<AgentConfig["windows"]>;
/** One of them. */
type DeclaredWindow = Exclude<WindowsConfig[string], false>;

/** The variable of the env file with the windows. No part of the configuration mark: a change restarts no agent. */
export const windowsVariable = "MOSAIC_AGENT_WINDOWS" satisfies EnvFileVariable;

/** A pane next to an agent. */
export interface DesiredPane {
  /** Digest of the command, the workdir and the variables: another one needs a new process. */
  readonly hash: string;
  /** A line for sh; empty for a shell. */
  readonly command: string;
  /** Absolute. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** As a format of tmux; empty for none. */
  readonly title: string;
  readonly focus: boolean;
  /** The words of resize-pane, such as `-y 30%`; empty for the size the layout gives. */
  readonly size: string;
  /** True if its command is to run again when it has ended. */
  readonly restart: boolean;
}

/** A window next to an agent, or further panes in its own one. */
export interface DesiredWindow {
  readonly name: string;
  /** Digest of everything that can change without a new process. */
  readonly arrangement: string;
  /** Its name in tmux, as a format; empty for its own. */
  readonly title: string;
  readonly focus: boolean;
  readonly layout: string;
  /** The option of tmux for the main pane with its value; empty for tmux's own. */
  readonly main: string;
  readonly panes: readonly DesiredPane[];
}

/** Returns the windows of an agent in the order of fleet.yaml. `workdir` is that of the agent. */
export function desiredWindows(
  windows: WindowsConfig | undefined,
  workdir: string,
  home: string,
): readonly DesiredWindow[] {
  return Object.entries(windows ?? {}).flatMap(([name, window]) =>
    window === false ? [] : [desiredWindow(name, window, workdir, home)],
  );
}

function desiredWindow(name: string, window: DeclaredWindow, workdir: string, home: string): DesiredWindow {
  const layout = window.layout ?? (name === ownWindow ? "main-vertical" : "tiled");
  const side = mainSideOf(layout);
  const main =
    window.mainSize === undefined || side === undefined ? "" : `main-pane-${side} ${window.mainSize}`;
  const declared = window.isBare && name === ownWindow ? [] : window.panes;
  const panes = declared.map(
    ({ command, workdir: own, env = {}, name: title, focus, size, restart }): DesiredPane => {
      const parts = {
        command: command === undefined ? "" : commandLine(command),
        workdir: expandHome(own ?? workdir, home),
        env,
      };
      return {
        hash: recurringDigest(JSON.stringify([parts.command, parts.workdir, sortedEntries(env)]), 8),
        ...parts,
        title: asFormat(title),
        focus: focus ?? false,
        size: size === undefined ? "" : `-${stackingOf(layout)} ${size}`,
        restart: restart ?? false,
      };
    },
  );
  const title = asFormat(window.title);
  const arranged = [layout, main, title, panes.map((pane) => [pane.title, pane.size])];
  return {
    name,
    arrangement: recurringDigest(JSON.stringify(arranged), 8),
    title,
    focus: window.focus,
    layout,
    main,
    panes,
  };
}

/** Returns the variables of a pane in the order of their names. */
export function sortedEntries(env: DesiredPane["env"]): readonly (readonly [string, string])[] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Returns a text for an argument in which tmux expands formats. */
function asFormat(text = ""): string {
  return text.replaceAll("#", "##");
}
