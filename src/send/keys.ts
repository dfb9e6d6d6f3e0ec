import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";
import { suggest } from "../text/suggest.ts";

/** Names of keys, as tmux(1) lists them. tmux does not distinguish their case. */
const tmuxKeys =
  "Up Down Left Right Home End PageUp PageDown PgUp PgDn PPage NPage Insert IC Delete DC Enter Escape Tab BTab Space BSpace F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12".split(
    " ",
  );

const known: ReadonlySet<string> = new Set(tmuxKeys.map((name) => name.toLowerCase()));

/** The words of other programs for keys. */
const keyHabits: Readonly<Record<string, string>> = {
  esc: "Escape",
  return: "Enter",
  cr: "Enter",
  backspace: "BSpace",
  bs: "BSpace",
  del: "Delete",
  ins: "Insert",
  pgdown: "PageDown",
  "shift-tab": "BTab",
  "shift+tab": "BTab",
  "s-tab": "BTab",
};

/** The most keys of one command. */
const most = 100;

/**
 * Returns keys by the names of tmux. Refuses any other word, because tmux would type its letters. A key is a name or one
 * character, after any of C-, M- and S-.
 */
export function keysToPress(words: readonly string[]): Result<readonly string[]> {
  if (words.length > most) {
    return fail("bad-usage", `these are more than ${most} keys`, {
      hint: wording`${fleetCommand("send")} gives a text to an agent`,
    });
  }
  const wrong = words.find((word) => !isKey(word));
  return wrong === undefined ? ok(words) : noSuchKey(wrong);
}

function isKey(word: string): boolean {
  const key = word.replace(/^(?:(?:[CMS]-)+|\^)(?=.)/i, "");
  return /^\P{Cc}$/u.test(key) || known.has(key.toLowerCase());
}

function noSuchKey<T>(word: string): Result<T> {
  const [, modifiers = "", last = word] =
    /^((?:(?:ctrl|control|alt|meta|shift|[cms])[-+])+)(.+)$/is.exec(word) ?? [];
  const prefix = modifiers.replaceAll(
    /(?:(ctrl|control|c)|(alt|meta|m)|shift|s)[-+]/gi,
    (_, control?: string, meta?: string) => (control ? "C-" : meta ? "M-" : "S-"),
  );
  const whole = keyHabits[word.toLowerCase()];
  const key = keyHabits[last.toLowerCase()] ?? (isKey(last) ? keyIn(last, prefix) : suggest(last, tmuxKeys));
  const likely = whole ?? (key === undefined ? undefined : `${prefix}${key}`);
  return fail("bad-usage", `there is no key ${JSON.stringify(word)}`, {
    hint:
      likely !== undefined && isKey(likely)
        ? `did you mean ${likely}?`
        : wording`keys are C-c, Escape, Enter, Up, BTab, F1, M-x or one character; ${fleetCommand("send")} AGENT TEXT gives a text`,
  });
}

/** Returns a letter after C- in lower case, as people write it. */
function keyIn(key: string, prefix: string): string {
  return prefix.includes("C-") && key.length === 1 ? key.toLowerCase() : key;
}
