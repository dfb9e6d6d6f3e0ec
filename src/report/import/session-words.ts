import type { SessionNoteCode } from "../../import/form/note-codes.ts";
import type { NoteWords } from "./common-words.ts";

/** The words of the notes about files of sessions, windows and panes. */
export const sessionWords: NoteWords<SessionNoteCode> = {
  "one-agent": (name) =>
    `${name} is one agent, because fewer than two windows run a known AI agent; --per window makes an agent of each`,
  "agent-window": (window, program) =>
    `window ${window} runs ${program}, a known AI agent: --per window makes it an agent of its own`,
  "shell-ends": () => "restart policy no: the agent ends with its command, and no shell stays behind it",
  "no-windows": (name) => `session ${name} has no windows: it is one shell`,
  "no-root": () =>
    "no folder is set: the agents run in the home directory, not in that of the shell which starts the tool",
  "before-idle-shell": (lines) =>
    `\`${lines}\` cannot run in a shell that then stays open: the pane begins without it`,
  "typed-into-program": (lines) =>
    `\`${lines}\` would be typed into the program of the pane, and an agent gets no keys typed`,
  "not-entered": (lines) => `\`${lines}\` is typed without Enter, and an agent gets no keys typed`,
  "nothing-typed": (what) => `${what} is not needed, because nothing is typed into a shell`,
  "title-typed": () => "the title of the terminal is left out: tmux shows the name of the agent",
  "sleep-typed": (line) => `\`${line}\` is left out: dependsOn starts agents one after the other`,
  "tmux-typed": (line) =>
    `\`${line}\` is left out: an agent has no TMUX, and its window belongs to the fleet`,
  "each-start": (lines) =>
    `\`${lines}\` ran once for each session; as a hook it would run before every start`,
  "hook-of-all": (line) =>
    `\`${line}\` runs around the whole session, and each window is an agent of its own`,
  "window-hook": (line, window) =>
    `\`${line}\` runs before window ${window ?? ""}, and windows have no hooks`,
  "line-after": (line, window) =>
    `\`${line}\` is typed into the panes of window ${window ?? ""} after their commands, and a command has to end first`,
  "detach-hook": (key) => `${key} is about attaching and detaching, which starts and stops no agent`,
  "asks-tmux": (key) =>
    `${key} asks tmux about the session: it is left out, because fleet observes that itself`,
  "idle-left-out": (window) => `window ${window} is an idle shell, and not an agent`,
  "manual-window": (window) => `window ${window} is opened by hand in smug; here it starts with the others`,
  "resume-without-id": (command) =>
    `\`${command}\` without an id opens a list and waits; \`claude --continue\` takes the last conversation of the folder`,
  "layout-checksum": () => "the layout has a wrong checksum, so tmux would refuse it",
  "layout-panes": () => "the layout has another number of panes than the window",
  "unknown-base": (folder) =>
    `folder ${folder} is below one that only the tool knows: write the whole path as workdir`,
  split: (key) => `${key} says how a pane is split off; a layout by name is all that could be kept`,
  synchronize: (window) =>
    `synchronize of window ${window} types into all panes at once, which fleet does not`,
  "tmux-option": (option) =>
    `${option} is an option of tmux: put it into a tmux.conf of your own, and name that in tmux.config`,
  "plugin-code": (key) => `${key} are Python code, and fleet import runs no code`,
  "window-index": (key) => `${key}: windows are known by their names`,
  "plugin-pane": (plugin) => `the pane of the plugin ${plugin} is part of the screen, and not an agent`,
  "suspended-pane": (command) => `\`${command}\` waits for Enter in zellij; here it starts at once`,
  "idle-session": (session) => `session ${session} is one idle shell, and not an agent`,
  "typed-by-hand": (command, session) =>
    `${command} was typed into a shell of ${session ?? "the session"}, so tmux does not know its arguments: the agent begins with that shell`,
  "start-command": (command, running) =>
    `the start command \`${command}\` is kept, and not ${running ?? "the program"} that runs below it`,
  "unread-unit": (unit, reason) => `${unit} is not carried over: ${reason ?? "it cannot be read"}`,
  untouched: () =>
    "nothing is changed: the sessions and units stay as they are, and fleet adopt is another command",
};
