import { programIn } from "./known-runtimes.ts";
import type { Preset } from "./preset.ts";

/**
 * The presets by name. Their facts are those of the programs' documentation and of public reports about their screens.
 * Nobody has tried them with the programs' own terminals and accounts, so each key of a preset can be overridden.
 */
export const presets = {
  claude: {
    madeFor: "2.1",
    command: "claude",
    resume: "claude --continue || claude",
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
  },
  codex: {
    madeFor: "0.149",
    command: "codex",
    resume: "codex resume --last || codex",
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
  },
  gemini: {
    madeFor: undefined,
    command: "gemini",
    resume: "gemini --resume || gemini",
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
  },
  opencode: {
    madeFor: undefined,
    command: "opencode",
    resume: "opencode --continue || opencode",
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
  },
  aider: {
    madeFor: undefined,
    command: "aider",
    resume: undefined, // it reads its history file by itself
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
  },
  shell: {
    madeFor: undefined,
    command: "exec bash",
    resume: undefined,
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
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

/** Returns the name of the preset whose program a command runs: a line for sh, or a list of words. */
export function presetOf(command: string | readonly string[]): PresetName | undefined {
  const line = typeof command === "string" ? command : command.join(" ");
  const program = programIn(line.split(/&&|\|\||;|\n/).at(-1) ?? "");
  return isPresetName(program) ? program : undefined;
}

/** Returns true for the name of a preset. */
export function isPresetName(word: string): word is PresetName {
  return Object.hasOwn(presets, word);
}
