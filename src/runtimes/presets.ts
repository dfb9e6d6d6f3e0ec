import { aiderHooks, claudeHooks, codexHooks, geminiHooks, opencodeHooks } from "./hooks.ts";
import { programIn } from "./known-runtimes.ts";
import type { Preset } from "./preset.ts";
import { isPresetName, type PresetName } from "./preset-names.ts";

/** aider keeps a conversation in a file, which is in the folder of the repository by default. */
const aiderHistory = '--chat-history-file "$MOSAIC_AGENT_CONVERSATION.md"';

/**
 * The presets by name. Their facts are those of the programs' documentation and of public reports about their screens.
 * Nobody has tried them with the programs' own terminals and accounts, so fleet.yaml can override each of them.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  claude: {
    madeFor: "2.1",
    command: "claude",
    conversation: {
      begin: '--session-id "$MOSAIC_CONVERSATION"',
      resume: '--resume "$MOSAIC_CONVERSATION"',
      own: "chosen",
      chosen: /(?:^|\s)(?:-c|-r|--continue|--resume|--session-id|-p|--print)(?:[\s=]|$)/,
    },
    hooks: claudeHooks,
    enterDelayMs: 200,
    interrupt: ["Escape"],
    stopText: "/exit",
    screen: {
      prompt: /^[\s│]*[❯>](?:\s|$)/u, // with a no-break space after it, which \s takes as well
      emptyPrompt: /^[\s│]*[❯>][\s│]*$/u,
      busy: /\besc to interrupt\b/i,
      dialogs: [
        { kind: "trust", row: /Do you trust the (?:files|contents)/i },
        { kind: "warning", row: /Bypass Permissions mode/i },
        { kind: "login", row: /Select login method/i },
        { kind: "permission", row: /Do you want to (?:proceed|make this edit|create|run|allow)/i },
      ],
      limits: [/You've (?:hit|reached) your .*limit(?:.*\bresets (?<until>.+))?/i],
    },
    title: { working: /^[\u2801-\u28ff◐◑◒◓]/u },
    ringsForPerson: true, // with preferredNotifChannel: terminal_bell
  },
  codex: {
    madeFor: "0.149",
    command: "codex",
    conversation: {
      begin: "",
      resume: 'resume "$MOSAIC_CONVERSATION"',
      latest: "resume --last",
      own: "told",
      chosen: /(?:^|\s)(?:resume|fork)(?:\s|$)|codex\s+exec\b/,
    },
    hooks: codexHooks,
    tellsOnlyEnds: true,
    enterDelayMs: 200, // an Enter within 120 ms belongs to the paste
    interrupt: ["Escape"],
    stopText: "/exit",
    screen: {
      prompt: /^[\s│]*›(?:\s|$)/u,
      emptyPrompt: undefined, // its prompt shows an example, in another colour only
      busy: /\besc to interrupt\b/i,
      dialogs: [
        { kind: "trust", row: /Do you trust the contents|allow Codex to work in this folder/i },
        { kind: "update", row: /Update available/i },
        { kind: "permission", row: /Would you like to (?:run|make|grant)|Allow command\?/i },
      ],
      limits: [/You've hit your usage limit(?:.*\btry again (?<until>(?:at|in) .+?))?\.?$/i],
    },
    title: { working: /^[\u2801-\u28ff]/u, waiting: /Action Required/i },
    ringsForPerson: true, // with the options that are its hooks
  },
  gemini: {
    madeFor: "0.27",
    command: "gemini",
    conversation: {
      begin: "",
      resume: '--resume "$MOSAIC_CONVERSATION"', // --session-id is not in all versions
      latest: "--resume latest",
      own: "told",
      chosen: /(?:^|\s)(?:-r|--resume|-p|--prompt)(?:[\s=]|$)/,
    },
    hooks: geminiHooks,
    enterDelayMs: 200,
    interrupt: ["Escape"],
    stopText: "/quit",
    screen: {
      prompt: /^[\s│]*>(?:\s|$)/u,
      emptyPrompt: /^[\s│]*>\s+(?:Type your message.*|[\s│]*)$/u,
      busy: /\besc to cancel\b/i,
      dialogs: [
        { kind: "trust", row: /Do you trust (?:this folder|the files in this folder)/i },
        { kind: "login", row: /How would you like to authenticate/i },
        { kind: "permission", row: /Allow execution|Apply this change\?/i },
      ],
      limits: [/(?:Quota exceeded|reached your (?:daily )?.*(?:quota|limit))(?:.*\bresets? (?<until>.+))?/i],
    },
    title: { working: /^✦/u, waiting: /^✋/u },
    ringsForPerson: false,
  },
  opencode: {
    madeFor: "1.1",
    command: "opencode",
    conversation: {
      begin: "",
      resume: '--session "$MOSAIC_CONVERSATION"', // for a known session alone
      latest: "--continue",
      own: "told",
      chosen: /(?:^|\s)(?:-c|--continue|-s|--session|run|serve)(?:[\s=]|$)/,
    },
    hooks: opencodeHooks,
    enterDelayMs: 200,
    interrupt: ["Escape"],
    stopText: "/exit",
    screen: {
      prompt: /^\s*┃/u,
      emptyPrompt: undefined, // its prompt shows an example, in another colour only
      busy: /\besc interrupt\b/i,
      dialogs: [{ kind: "permission", row: /Permission required/i }],
      limits: [/rate limit(?:ed| exceeded| reached)/i],
    },
    title: {},
    ringsForPerson: false,
  },
  aider: {
    madeFor: "0.86",
    command: "aider",
    conversation: {
      begin: aiderHistory,
      resume: `${aiderHistory} --restore-chat-history`,
      own: "file",
      chosen: undefined,
      unless: ["--chat-history-file", "restore-chat-history", "--message", " -m ", "AIDER_CHAT_HISTORY_FILE"],
      unlessSet: {
        files: ["$HOME/.aider.conf.yml", ".aider.conf.yml"],
        line: "^[[:space:]]*\\(chat-history-file\\|restore-chat-history\\)[[:space:]]*:",
      },
    },
    hooks: aiderHooks,
    tellsOnlyEnds: true,
    enterDelayMs: 100,
    interrupt: ["C-c"],
    stopText: "/exit",
    screen: {
      prompt: /^(?:[a-z-]+ ?)*>(?:\s|$)/u,
      emptyPrompt: /^(?:[a-z-]+ ?)*>$/u,
      busy: undefined,
      dialogs: [{ kind: "permission", row: /\(Y\)es\/\(N\)o/ }],
      limits: [/RateLimitError|rate limit/i],
    },
    title: {},
    ringsForPerson: true, // with --notifications
  },
  shell: {
    madeFor: undefined,
    command: "exec bash",
    conversation: undefined,
    hooks: undefined,
    enterDelayMs: 0,
    interrupt: ["C-c"],
    stopText: "exit",
    screen: {
      prompt: /[$#%❯](?:\s|$)/u,
      emptyPrompt: /[$#%❯]$/u,
      busy: undefined,
      dialogs: [],
      limits: [],
    },
    title: {},
    ringsForPerson: false,
  },
};

/** Returns the name of the preset whose program a command runs: a line for sh, or a list of words. */
export function presetOf(command: string | readonly string[]): PresetName | undefined {
  const line = typeof command === "string" ? command : command.join(" ");
  const program = programIn(line.split(/&&|\|\||;|\n/).at(-1) ?? "");
  return isPresetName(program) ? program : undefined;
}
