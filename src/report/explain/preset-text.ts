import type { FurtherWords, Hooks, Preset } from "../../runtimes/preset.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";
import { patternText } from "../../runtimes/pattern-text.ts";
import type { Colors } from "../terminal/colors.ts";

/** Returns a preset for people: each of its facts, with the key of fleet.yaml that replaces it. */
export function presetText(name: PresetName, preset: Preset, colors: Colors): readonly string[] {
  const { madeFor, command, conversation, hooks, enterDelayMs, interrupt, stopText, screen, title } = preset;
  const facts: readonly (readonly [string, string, string | undefined])[] = [
    ["command", command, "command"],
    ...(conversation === undefined
      ? []
      : ([
          ["first start", added(command, conversation.begin), undefined],
          ["later starts", added(command, conversation.resume), "resume"],
          [
            "conversation",
            conversation.isOwn ? "one for each agent" : "the last one of the folder",
            undefined,
          ],
        ] as const)),
    ...hookPhrases(hooks).map((phrase) => ["hooks", phrase, "activity"] as const),
    ["Enter after a text", `${enterDelayMs} ms`, "enterDelay"],
    ["interrupt", interrupt.join(" "), "interrupt"],
    ["end", stopText, undefined],
    ["prompt", patternText(screen.prompt), "screen.prompt"],
    ...(screen.busy === undefined ? [] : ([["works", patternText(screen.busy), "screen.busy"]] as const)),
    ...screen.dialogs.map(({ kind, row }) => [`asks (${kind})`, patternText(row), "screen.dialogs"] as const),
    ...screen.limits.map((row) => ["limit", patternText(row), "screen.limits"] as const),
    ...(title.working === undefined
      ? []
      : ([["title: works", patternText(title.working), undefined]] as const)),
    ...(title.waiting === undefined
      ? []
      : ([["title: asks", patternText(title.waiting), undefined]] as const)),
  ];
  const width = Math.max(...facts.map(([label]) => label.length));
  return [
    `${colors.bold(name)}: ${madeFor === undefined ? "for any version" : `made for version ${madeFor}`}`,
    "",
    ...facts.map(
      ([label, value, key]) =>
        `${label.padEnd(width)}  ${value}${key === undefined ? "" : colors.dim(`  (${key})`)}`,
    ),
    "",
    `In fleet.yaml: runtimes: { ${name}: { preset: ${name} } }`,
    "A key in parentheses, next to preset, replaces the line.",
  ];
}

function added(command: string, words: string): string {
  return words === "" ? command : `${command} ${words}`;
}

function hookPhrases(hooks: Hooks | undefined): readonly string[] {
  if (hooks === undefined) return ["none"];
  const file = hooks.file === undefined ? "" : ", a file in the agent's runtime directory";
  const { words, variable, further = [] } = hooks;
  return [
    ...(words === undefined ? [] : [`${words.replace("$mosaic_file", hooks.file?.name ?? "")}${file}`]),
    ...(variable === undefined ? [] : [`the variable ${variable.name}${file}`]),
    ...further.map((each) => `${each.words}${conditionPhrase(each)}`),
  ];
}

function conditionPhrase({ onlyWith, unlessSet }: FurtherWords): string {
  if (onlyWith !== undefined) return `, if the command has ${onlyWith}`;
  return unlessSet === undefined ? "" : ", unless a setting of yours has another program";
}
