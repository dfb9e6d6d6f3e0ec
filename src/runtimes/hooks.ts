import type { Hooks } from "./preset.ts";

/** The hook, as a line for the shell in which a program runs it. */
const activity = '"$MOSAIC_AGENT_TOOLS/mosaic-activity"';

/** One event of a program, and the report of the hook. `matcher` selects events of that name. */
interface HookedEvent {
  readonly event: string;
  readonly report: string;
  readonly matcher?: string;
}

/**
 * The events of claude. StopFailure comes instead of Stop after an error, such as a limit of the account. SessionStart comes also in the middle of work, after a compaction. SessionEnd comes at /clear, and
 * the end of the program is the end of the agent.
 */
const claudeEvents: readonly HookedEvent[] = [
  { event: "SessionStart", matcher: "startup|resume|clear", report: "started" },
  { event: "UserPromptSubmit", report: "prompt" },
  { event: "PreToolUse", report: "tool" },
  { event: "PostToolUse", report: "working" },
  { event: "PermissionRequest", report: "question" },
  { event: "Notification", matcher: "permission_prompt|elicitation_dialog", report: "question" },
  { event: "Stop", report: "idle" },
  { event: "StopFailure", report: "failure" },
];

const geminiEvents: readonly HookedEvent[] = [
  { event: "SessionStart", report: "started" },
  { event: "BeforeAgent", report: "prompt" },
  { event: "BeforeTool", report: "working" },
  { event: "AfterTool", report: "working" },
  { event: "Notification", matcher: "ToolPermission", report: "question" },
  { event: "AfterAgent", report: "idle" },
];

/** Returns the `hooks` of settings for claude or gemini. `timeout` is in the unit of the program. */
function hooksOf(events: readonly HookedEvent[], timeout: number): object {
  return Object.fromEntries(
    events.map(({ event, report, matcher }) => [
      event,
      [
        {
          ...(matcher === undefined ? {} : { matcher }),
          hooks: [{ type: "command", command: `${activity} ${report}`, timeout }],
        },
      ],
    ]),
  );
}

/** claude merges the hooks of `--settings` with those of a person's own files. */
export const claudeHooks: Hooks = {
  file: { name: "claude.json", text: JSON.stringify({ hooks: hooksOf(claudeEvents, 5) }) },
  words: '--settings "$mosaic_file"',
  variable: undefined,
  unless: { command: "--settings" },
};

/** The events of codex. It has none for a question by a tool. */
const codexEvents: readonly HookedEvent[] = [
  { event: "SessionStart", report: "started" },
  { event: "UserPromptSubmit", report: "prompt" },
  { event: "PreToolUse", report: "working" },
  { event: "PostToolUse", report: "working" },
  { event: "PermissionRequest", report: "question" },
  { event: "Stop", report: "idle" },
];

/** Returns hooks as options of codex, whose values are TOML. */
function codexOptions(events: readonly HookedEvent[]): string {
  return events
    .map(({ event, report }) => {
      const hook = `{type="command",command=${JSON.stringify(`${activity} ${report}`)},timeout=5}`;
      return `-c 'hooks.${event}=[{hooks=[${hook}]}]'`;
    })
    .join(" ");
}

/** The report of a program that only tells the end of its work. */
const doneCommand = `${activity} done`;

/**
 * codex runs hooks only after a person has trusted them, so they are added to a command that trusts all hooks, and never by
 * themselves. Its bell and its program for finished turns need no trust. The bell must ring in a terminal nobody looks
 * at, and only for a person.
 */
export const codexHooks: Hooks = {
  file: undefined,
  words: [
    `-c 'tui.notifications=["approval-requested","plan-mode-prompt","user-input-requested"]'`,
    `-c 'tui.notification_method="bel"'`,
    `-c 'tui.notification_condition="always"'`,
  ].join(" "),
  variable: undefined,
  unless: { command: "tui.notification" },
  further: [
    {
      words: `-c 'notify=${JSON.stringify(["sh", "-c", `${doneCommand} "$0"`])}'`, // codex adds the event as the last word
      unless: "notify=",
      unlessSet: {
        files: ["${CODEX_HOME:-$HOME/.codex}/config.toml"],
        line: "^[[:space:]]*notify[[:space:]]*=",
      },
    },
    { words: codexOptions(codexEvents), onlyWith: "--dangerously-bypass-hook-trust" },
  ],
  // codex itself never writes this file, unlike config.toml, where it keeps the trust.
  person: {
    home: { variable: "CODEX_HOME", folder: ".codex" },
    file: "hooks.json",
    reports: codexEvents.map(({ event, report }) => ({ event, report })),
    timeout: 5,
  },
};

/** aider runs a command instead of its bell, when it is done and when it asks. Its screen tells which. */
export const aiderHooks: Hooks = {
  file: undefined,
  words: undefined,
  variable: undefined,
  unless: undefined,
  further: [
    {
      words: `--notifications --notifications-command '${doneCommand}'`,
      unless: "--notifications",
      unlessSet: {
        files: ["$HOME/.aider.conf.yml", ".aider.conf.yml"],
        line: "^[[:space:]]*notifications-command[[:space:]]*:",
      },
    },
  ],
};

/** gemini reads system defaults below all settings of a person. */
export const geminiHooks: Hooks = {
  file: { name: "gemini.json", text: JSON.stringify({ hooks: hooksOf(geminiEvents, 5_000) }) },
  words: undefined,
  variable: { name: "GEMINI_CLI_SYSTEM_DEFAULTS_PATH", value: "$mosaic_file" },
  unless: { file: "/etc/gemini-cli/system-defaults.json" },
};

/**
 * A plugin for opencode: its hooks run no commands. Subagents are sessions with a parent. Their work is not the work of the
 * agent, but a person answers their questions. It reports in the order of the events, and each activity once. A
 * message of a person changes again after the end of the turn, when it gets a summary.
 */
const opencodePlugin = `import { spawn } from "node:child_process";

export const MosaicActivity = async () => {
  const children = new Set();
  const prompts = new Set();
  const asked = new Set();
  let last = "";
  let conversation = "";
  let queue = Promise.resolve();
  const run = (words) =>
    new Promise((resolve) => {
      const tools = process.env.MOSAIC_AGENT_TOOLS;
      if (!tools) return resolve();
      spawn(tools + "/mosaic-activity", words, { stdio: "ignore" }).on("error", resolve).on("close", resolve);
    });
  const report = (...words) => {
    if (words.join(" ") === last) return;
    last = words.join(" ");
    queue = queue.then(() => run(words));
  };
  const converse = (id) => {
    if (!id || id === conversation) return;
    conversation = id;
    queue = queue.then(() => run(["conversation", id]));
  };
  const works = () => {
    if (asked.size === 0) report("working");
  };
  const ask = (id, question) => {
    asked.add(id);
    report("waiting", question);
  };
  const answered = (id) => {
    asked.delete(id);
    works();
  };
  const rests = () => {
    asked.clear();
    report("idle");
  };
  const permission = ({ permission, patterns, title }) =>
    permission === undefined ? title : permission + "(" + (patterns ?? []).join(" ") + ")";
  const status = ({ type, message = "" }) => {
    if (type === "idle") rests();
    else if (type === "retry" && /limit|quota|usage/i.test(message)) report("limited", message);
    else works();
  };
  return {
    event: async ({ event: { type, properties = {} } }) => {
      const { info, sessionID = info?.sessionID } = properties;
      if (type === "session.created" && info?.parentID) children.add(info.id);
      if (type === "permission.asked" || type === "permission.updated") ask(properties.id, permission(properties) ?? "");
      if (type === "question.asked") ask(properties.id, properties.questions?.[0]?.question ?? "");
      if (/^(permission|question)\\.(replied|rejected)$/.test(type)) answered(properties.requestID ?? properties.permissionID);
      if (children.has(sessionID)) return;
      if (type === "session.idle") rests();
      if (type === "session.status") status(properties.status ?? {});
      if (type === "message.updated" && info?.role === "user" && !prompts.has(info.id)) {
        prompts.add(info.id);
        converse(sessionID);
        last = "";
        report("prompt");
      }
    },
    "tool.execute.before": async ({ sessionID }) => {
      if (!children.has(sessionID)) works();
    },
  };
};
`;

/** opencode joins the plugins of all its configurations. */
export const opencodeHooks: Hooks = {
  file: { name: "opencode.js", text: opencodePlugin },
  words: undefined,
  variable: { name: "OPENCODE_CONFIG_CONTENT", value: '{\\"plugin\\":[\\"file://$mosaic_file\\"]}' },
  unless: undefined,
};
