import type { Preset } from "../../runtimes/preset.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";
import type { PresetJson } from "./preset-output.ts";

/** Returns a preset as its documented JSON object. */
export function presetJson(name: PresetName, preset: Preset): PresetJson {
  const { madeFor, command, conversation, hooks, enterDelayMs, interrupt, stopText, screen, title } = preset;
  return {
    formatVersion: "2.0",
    preset: name,
    madeFor: madeFor ?? null,
    command,
    conversation:
      conversation === undefined
        ? null
        : {
            begin: conversation.begin,
            resume: conversation.resume,
            latest: conversation.latest ?? null,
            own: true,
            by: conversation.own,
          },
    hooks:
      hooks === undefined
        ? null
        : {
            words: hooks.words ?? null,
            variable: hooks.variable?.name ?? null,
            file: hooks.file?.text ?? null,
            further: (hooks.further ?? []).map(({ words, onlyWith = null, unlessSet }) => ({
              words,
              onlyWith,
              unlessSet: unlessSet?.line ?? null,
            })),
          },
    enterDelayMs,
    interrupt,
    stopText,
    screen: {
      prompt: screen.prompt.source,
      busy: screen.busy?.source ?? null,
      dialogs: screen.dialogs.map(({ kind, row }) => ({ kind, row: row.source })),
      limits: screen.limits.map(({ source }) => source),
    },
    title: { working: title.working?.source ?? null, waiting: title.waiting?.source ?? null },
  };
}
