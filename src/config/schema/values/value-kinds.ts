import {
  hintForCommand,
  hintForCpuQuota,
  hintForDuration,
  hintForEnvName,
  hintForEnvValue,
  hintForFileSize,
  hintForFlag,
  hintForList,
  hintForMap,
  hintForMemorySize,
  hintForName,
  hintForNumber,
  hintForPath,
  hintForTerminalSize,
  hintToQuote,
  type HintFor,
} from "./hints.ts";
import { maxCarried, maxNameLength, maxPath, maxPathPart } from "./names.ts";

/** The expected value of a key in fleet.yaml, in words. */
export interface Expectation {
  /** Completes "KEY must be …". */
  readonly what: string;
  /** Whole sentences, if `what` leaves something open. */
  readonly detail?: string;
  readonly hint?: HintFor;
}

const durationDetail = "Durations are whole numbers with the units d, h, m, s and ms, at most 365d in all.";

/** By kind. The error messages of the schema are the names of kinds. */
const expectations = {
  map: { what: "a map of keys and values", hint: hintForMap },
  list: { what: "a list", hint: hintForList },
  flag: { what: "true or false", hint: hintForFlag },
  choice: { what: "one of a few words" },
  version: { what: "1", detail: "It is the version of the file's format.", hint: () => "write version: 1" },
  name: {
    what: "a name of letters, digits, - and _",
    detail: `Names have 1 to ${maxNameLength} characters and begin with a letter or a digit: they become names of units and of tmux sessions.`,
    hint: hintForName,
  },
  hostName: { what: "another name than all", hint: () => "hosts: all chooses every host" },
  hostNode: {
    what: "search, ship, or the path of a node there",
    detail: "A path begins with / or ~/, and has letters, digits and . _ @ : % + - alone.",
  },
  sshTarget: {
    what: "a name of ~/.ssh/config, or USER@ADDRESS",
    hint: () => "put port, key and jump host into ~/.ssh/config",
  },
  hostChoice: {
    what: "the name of a host, a list of names, all, or { labels: { KEY: VALUE } }",
    detail: "It chooses from the hosts of the fleet.",
  },
  hostShare: {
    what: "a number of hosts, or a percentage from 1% to 100%",
    detail: "A percentage is one of the hosts of the run.",
    hint: hintForNumber,
  },
  canary: {
    what: "a number of hosts, a percentage from 1% to 100%, a list of hosts, or { labels: { KEY: VALUE } }",
    detail: "A percentage is one of the hosts of the run.",
  },
  profiles: {
    what: "a name, or a list of names",
    detail: "It lists the profiles of the agent: profiles: night.",
  },
  formerly: {
    what: "a name, or a list of names",
    detail: "It lists the earlier names of the agent: formerly: planner.",
  },
  socket: {
    what: "a file name of letters, digits, ., - and _",
    detail:
      "It has at most 80 characters and does not begin with . or -: tmux makes /tmp/tmux-UID/NAME of it.",
    hint: hintToQuote,
  },
  path: {
    what: "a path: absolute, beginning with ~/, or relative to the folder of fleet.yaml",
    hint: hintForPath,
  },
  filePath: {
    what: "the path of a file: absolute, beginning with ~/, or relative to the folder of fleet.yaml",
    hint: hintForPath,
  },
  webAddress: { what: "an address that begins with https:// or http://" },
  receiver: {
    what: "a map with exactly one of command, webhook, webhookFile, desktop and bell",
    detail: "Each entry of notify is one receiver. Write a second entry for a second receiver.",
  },
  include: {
    what: "the path of a file, or a list of them",
    detail: "It names further files of this fleet: include: [team.yaml].",
  },
  openable: {
    what: `a path of at most ${maxPath} bytes, with at most ${maxPathPart} between two slashes`,
    detail:
      "The kernel opens no longer path (PATH_MAX and NAME_MAX), and systemd would ignore such an envFile.",
    hint: () => "write a shorter path, if necessary through a link",
  },
  envName: { what: "a name of letters, digits and _ that does not begin with a digit", hint: hintForEnvName },
  freeEnvName: { what: "a name that the fleet does not use itself", hint: hintForEnvName },
  arrivingEnvName: {
    what: "a name under which a value arrives",
    detail: "systemd, tmux or the shell sets this variable itself, on the way to the agent.",
    hint: () => "choose another name",
  },
  envValue: { what: "a string", hint: hintForEnvValue },
  command: { what: "a line for the shell or a list of words", hint: hintForCommand },
  resumeLine: {
    what: "a line for the shell, or false",
    detail: "It continues the conversation of an agent. With false, each start begins a new one.",
  },
  presetResume: {
    what: "used with a preset",
    detail:
      "Without one, each start runs the command, because only a preset knows when a conversation has begun.",
    hint: () => "declare the preset of the program",
  },
  pattern: {
    what: "a regular expression",
    detail: "It is one of JavaScript, and is compared with one row of the screen, without regard to case.",
    hint: () => "a backslash before one of . * + ? ( ) [ ] { } | ^ $ makes it an ordinary character",
  },
  keyName: {
    what: "a key by tmux's name, such as Escape, Enter, C-c or M-x",
    hint: hintToQuote,
  },
  carriable: {
    what: "text that an environment variable can carry",
    detail:
      "Commands and values reach the agent in its environment, which cannot contain NUL or invalid UTF-8.",
    hint: () => "remove the character",
  },
  shortEnough: {
    what: `at most ${maxCarried} bytes long`,
    detail: "It reaches the agent in one variable, and the kernel accepts no longer value (execve(2)).",
    hint: () => "put it into a file, and give the agent the path",
  },
  word: { what: "a string", hint: hintToQuote },
  program: { what: "the name or the path of a program", hint: hintToQuote },
  line: { what: "one line of at most 200 characters", hint: hintToQuote },
  stopText: {
    what: "one line of at most 1000 characters",
    detail: "It is typed into the agent's pane, and Enter follows.",
    hint: hintToQuote,
  },
  tmuxKey: {
    what: "the name of a key in tmux, such as C-c, Escape or q",
    detail: "A text for the program belongs into send.",
    hint: hintToQuote,
  },
  keys: { what: "a list of at least one key" },
  rowPattern: {
    what: "an extended regular expression as for grep -E, at most 1000 characters long",
    detail: "It has [0-9] instead of \\d, and no (?…).",
    hint: hintToQuote,
  },
  oneCondition: { what: "a map with one of exec, output, title and activity" },
  calendar: {
    what: "a calendar expression of systemd, or a list of them",
    detail: "For example daily, hourly, 03:00 or Mon..Fri 09:00, as in systemd.time(7).",
  },
  schedule: {
    what: "a calendar expression of systemd, or a map with at, catchUp and spread",
    detail: "For example daily, hourly, 03:00 or Mon..Fri 09:00, as in systemd.time(7).",
  },
  execOrNotify: { what: "a map with either exec or notify: true" },
  worktree: {
    what: "the path of a repository, or a map with repo",
    detail: "worktree: ~/src/app gives each agent a worktree of its own next to that repository.",
    hint: hintForPath,
  },
  branch: {
    what: "a name of a branch as git takes it",
    detail: "It has no blank, no .. and none of ~ ^ : ? * [ \\.",
    hint: hintToQuote,
  },
  commit: { what: "a branch, a tag or a commit as git takes it", hint: hintToQuote },
  innerPath: {
    what: "a path inside the repository, relative to it",
    detail: "It is not absolute, has no .. and does not lead into .git.",
    hint: hintToQuote,
  },
  hook: { what: "a line for the shell, or a list of lines", hint: hintForCommand },
  holdAfter: { what: "a whole number from 2 to 100, or false", hint: hintForNumber },
  sendOrKeys: { what: "a map with either send or keys", hint: () => "remove one of the two" },
  labelName: { what: "one line of 1 to 200 characters", hint: hintToQuote },
  reference: { what: "a name", hint: hintToQuote },
  dependencies: {
    what: "a list of names, or a map of names with started or completed",
    detail:
      "dependsOn: [proxy] waits for its start, and dependsOn: { migrate: completed } for the end of a job.",
  },
  duration: {
    what: "a duration such as 500ms, 2s, 10m or 1h30m",
    detail: durationDetail,
    hint: hintForDuration,
  },
  positiveDuration: {
    what: "a duration above zero such as 500ms, 2s, 10m or 1h30m",
    detail: durationDetail,
    hint: hintForDuration,
  },
  memorySize: {
    what: "a memory size such as 512M, 8G or 50%, or infinity",
    detail:
      "systemd takes the units K, M, G and T (powers of 1024) and percentages of the installed memory. Less than 1M is refused: no agent starts with that.",
    hint: hintForMemorySize,
  },
  log: {
    what: "true, false, or a map with maxSize and keep",
    detail: "log: true keeps the last 40 MB in 4 files; log: { maxSize: 100M, keep: 5 } keeps more.",
  },
  window: {
    what: "a command, a map, nothing for a shell, or false",
    detail: "A map has command, or panes with a layout. false takes a window of defaults away.",
  },
  pane: { what: "a command, a map, or nothing for a shell" },
  panes: { what: "a list of 1 to 50 panes" },
  paneOrPanes: { what: "a map with either command or panes", hint: () => "move the command into panes" },
  windowName: {
    what: "a name of 1 to 48 letters, digits and _ . / + @ - or blanks",
    detail: "It begins with a letter, a digit or _.",
  },
  title: { what: "one line of text" },
  paneSize: { what: "a number of rows or columns, or a percentage from 1% to 99%", hint: hintForNumber },
  layout: {
    what: "a layout of tmux",
    detail:
      "These are even-horizontal, even-vertical, main-horizontal, main-vertical, tiled, and strings with a right checksum, as `tmux display-message -p '#{window_layout}'` prints them.",
  },
  roomyLayout: {
    what: "a layout with a place for each pane",
    detail: "In the window main, the agent itself needs a place too.",
  },
  fileSize: {
    what: "a size such as 512K, 10M or 1G",
    detail: "It is at least 256K and at most 1024G.",
    hint: hintForFileSize,
  },
  cpuQuota: {
    what: "a percentage such as 50% or 200%",
    detail: "100% is one CPU. It is above zero and has at most two decimals.",
    hint: hintForCpuQuota,
  },
  terminalSize: {
    what: 'columns and rows such as "200x50"',
    detail: "A size has 10 to 9999 columns and 1 to 9999 rows.",
    hint: hintForTerminalSize,
  },
  tasksMax: { what: "a whole number above zero, or infinity", hint: hintForNumber },
} as const satisfies Record<string, Expectation>;

/** The name of an expectation. The kind of a whole number names its range. */
export type ValueKind = keyof typeof expectations | `whole ${number}..${number}`;

/** Returns the expectation for the name in an error message of the schema. Throws if there is none. */
export function expectationOf(message: string): Expectation {
  if (isNamed(message)) return expectations[message];
  const range = /^whole (?<min>-?\d+)\.\.(?<max>-?\d+)$/.exec(message)?.groups;
  if (range !== undefined) {
    return { what: `a whole number from ${range["min"]} to ${range["max"]}`, hint: hintForNumber };
  }
  throw new Error(`a check of the schema has no kind: ${message}`);
}

function isNamed(message: string): message is keyof typeof expectations {
  return Object.hasOwn(expectations, message);
}
