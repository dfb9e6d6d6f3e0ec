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
 * The events of claude. SessionStart comes also in the middle of work, after a compaction. SessionEnd comes at /clear, and
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

/** codex runs hooks only after a person has trusted them. Its bell needs no trust. */
export const codexHooks: Hooks = {
  file: undefined,
  words: `-c tui.notifications=true -c 'tui.notification_method="bel"'`,
  variable: undefined,
  unless: { command: "tui.notification" },
};

/** gemini reads system defaults below all settings of a person. */
export const geminiHooks: Hooks = {
  file: { name: "gemini.json", text: JSON.stringify({ hooks: hooksOf(geminiEvents, 5_000) }) },
  words: undefined,
  variable: { name: "GEMINI_CLI_SYSTEM_DEFAULTS_PATH", value: "$mosaic_file" },
  unless: { file: "/etc/gemini-cli/system-defaults.json" },
};

/**
 * A plugin for opencode: it has no hooks that run commands. It leaves out the events of subagents, which are sessions with
 * a parent.
 */
const opencodePlugin = `import { spawn } from "node:child_process";

export const MosaicActivity = async () => {
  const children = new Set();
  const report = (...words) => {
    const tools = process.env.MOSAIC_AGENT_TOOLS;
    if (tools) spawn(tools + "/mosaic-activity", words, { stdio: "ignore" }).on("error", () => {});
  };
  return {
    event: async ({ event: { type, properties = {} } }) => {
      if (type === "session.created" && properties.info?.parentID) children.add(properties.info.id);
      if (children.has(properties.sessionID ?? properties.info?.sessionID)) return;
      if (type === "session.idle") report("idle");
      if (type === "permission.asked" || type === "permission.updated") report("waiting", properties.title ?? properties.permission ?? "permission");
      if (type === "permission.replied") report("working");
      if (type === "message.updated" && properties.info?.role === "user") report("prompt");
    },
    "tool.execute.before": async ({ sessionID }) => {
      if (!children.has(sessionID)) report("working");
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
