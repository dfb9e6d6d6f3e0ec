import { shellWord } from "../text/shell-word.ts";
import type { Conversation, FurtherWords, Hooks, PersonSetting, Preset } from "./preset.ts";
import { presetNames } from "./preset-names.ts";
import { presets } from "./presets.ts";

/**
 * Returns the script that runs the programs of presets, from its source in units/. The presets are in the script and not in
 * the command of an agent: so a new version of a preset changes no agent, and each takes it at its next start.
 */
export function renderRuntimeScript(source: string, fleet: string): string {
  const arms = presetNames.map((name) => presetArm(name, presets[name]));
  return source
    .replace(/^mosaic_fleet=.*$/m, () => `mosaic_fleet=${fleet}`)
    .replace("# PRESETS\n", () => `case $mosaic_preset in\n${arms.join("")}esac\n`);
}

function presetArm(name: string, { command, conversation, hooks }: Preset): string {
  const lines = [
    `mosaic_command=${shellWord(command)}`,
    ...(conversation === undefined ? [] : conversationLines(conversation)),
    ...(hooks === undefined ? [] : hookLines(hooks)),
  ];
  return `${name})\n${lines.map((line) => `  ${line}\n`).join("")}  ;;\n`;
}

function conversationLines({ begin, resume, latest, unless, unlessSet }: Conversation): readonly string[] {
  const words = `mosaic_begin=${shellWord(begin)} mosaic_resume=${shellWord(resume)}`;
  const none = "mosaic_begin='' mosaic_resume=''";
  return [
    latest === undefined ? words : `${words} mosaic_latest=${shellWord(latest)}`,
    ...(unless === undefined
      ? []
      : [`case $mosaic_own in ${unless.map((part) => `*'${part}'*`).join(" | ")}) ${none} ;; esac`]),
    ...(unlessSet === undefined ? [] : [`if ${isSetTest(unlessSet)}; then ${none}; fi`]),
  ];
}

/** Returns a command for sh that succeeds if a person has this setting. */
function isSetTest({ files, line }: PersonSetting): string {
  return `grep -qs ${shellWord(line)} ${files.map((file) => `"${file}"`).join(" ")}`;
}

function hookLines(hooks: Hooks): readonly string[] {
  return [...mainLines(hooks), ...(hooks.further ?? []).map(furtherLine)];
}

function furtherLine({ words, onlyWith, unless, unlessSet }: FurtherWords): string {
  const step = `mosaic_added="\${mosaic_added:+$mosaic_added }"${doubleQuoted(words)}`;
  const isSet = unlessSet === undefined ? [] : [`! ${isSetTest(unlessSet)}`];
  const line = `if ${['[ -n "$mosaic_hooks" ]', ...isSet].join(" && ")}; then ${step}; fi`;
  const command = '"${mosaic_own:-$mosaic_command}"';
  if (onlyWith !== undefined) return `case ${command} in *${onlyWith}*) ${line} ;; esac`;
  return unless === undefined ? line : `case ${command} in *${unless}*) ;; *) ${line} ;; esac`;
}

function mainLines({ file, words, variable, unless }: Hooks): readonly string[] {
  const steps = [
    ...(file === undefined ? [] : [`put_file ${file.name} ${shellWord(file.text)}`]),
    ...(words === undefined ? [] : [`mosaic_added=${doubleQuoted(words)}`]),
    ...(variable === undefined ? [] : [`export ${variable.name}="${variable.value}"`]),
  ];
  if (steps.length === 0) return [];
  const conditions = [
    '[ -n "$mosaic_hooks" ]',
    ...(unless !== undefined && "file" in unless ? [`[ ! -e ${unless.file} ]`] : []),
    ...(variable === undefined ? [] : [`[ -z "\${${variable.name}:-}" ]`]),
  ];
  const line = `if ${conditions.join(" && ")}; then ${steps.join(" && ")}; fi`;
  return unless !== undefined && "command" in unless
    ? [`case $mosaic_own in *${unless.command}*) ;; *) ${line} ;; esac`]
    : [line];
}

/** Returns words in double quotes, in which only the path of the file is expanded: they are for another shell. */
function doubleQuoted(words: string): string {
  return `"${words.replaceAll(/["\\`]|\$(?!mosaic_file)/g, "\\$&")}"`;
}
