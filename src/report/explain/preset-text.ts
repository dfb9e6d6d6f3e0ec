import type { Conversation, FurtherWords, Hooks, Preset } from "../../runtimes/preset.ts";
import type { PresetName } from "../../runtimes/preset-names.ts";
import { patternText } from "../../runtimes/row-pattern.ts";
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
          ...(conversation.latest === undefined
            ? []
            : ([["without its id", added(command, conversation.latest), undefined]] as const)),
          ["conversation", conversationPhrases[conversation.own], undefined],
        ] as const)),
    ...hookPhrases(name, hooks).map((phrase) => ["hooks", phrase, "activity"] as const),
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

/** The way to a conversation for each agent. */
const conversationPhrases: Readonly<Record<Conversation["own"], string>> = {
  chosen: "one for each agent, whose id follows from its name",
  told: "one for each agent, whose id the hooks tell; without hooks the last one of the folder",
  file: "one for each agent, in a file of its own",
};

function added(command: string, words: string): string {
  return words === "" ? command : `${command} ${words}`;
}

function hookPhrases(name: PresetName, hooks: Hooks | undefined): readonly string[] {
  if (hooks === undefined) return ["none"];
  const file = hooks.file === undefined ? "" : ", a file in the agent's runtime directory";
  const { words, variable, further = [], person } = hooks;
  return [
    ...(words === undefined ? [] : [`${words.replace("$mosaic_file", hooks.file?.name ?? "")}${file}`]),
    ...(variable === undefined ? [] : [`the variable ${variable.name}${file}`]),
    ...further.map((each) => `${each.words}${conditionPhrase(each)}`),
    ...(person === undefined ? [] : [`the same in your own ${person.file}, by: fleet hooks install ${name}`]),
  ];
}

function conditionPhrase({ onlyWith, unlessSet }: FurtherWords): string {
  if (onlyWith !== undefined) return `, if the command has ${onlyWith}`;
  return unlessSet === undefined ? "" : ", unless a setting of yours has another program";
}
