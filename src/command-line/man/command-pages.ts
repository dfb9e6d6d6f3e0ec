import type { Argument, Command, Option } from "commander";
import { head, heading, item, paragraphs, roffText, verbatim, type PageHead } from "./roff.ts";

/** The facts that all pages have in common. */
export type Edition = Pick<PageHead, "version" | "date">;

/** Returns the page of one command, in section 1. */
export function commandPage(command: Command, edition: Edition): string {
  const name = `fleet-${command.name()}`;
  const given = command.registeredArguments;
  return manPage([
    ...head({ name, section: 1, purpose: command.description(), ...edition }),
    ...heading("Synopsis"),
    roffText(`fleet ${command.name()} ${command.usage()}`),
    ...(given.length === 0 ? [] : heading("Arguments")),
    ...given.flatMap((argument) => item(argument.name(), aboutArgument(argument))),
    ...heading("Options"),
    ...options(command),
    ...helpNotes(command),
    ...seeAlso(["fleet(1)", "fleet.yaml(5)"]),
  ]);
}

/** Returns the page of the program itself. */
export function fleetPage(root: Command, edition: Edition): string {
  return manPage([
    ...head({ name: "fleet", section: 1, purpose: root.description().replace(/\.$/, ""), ...edition }),
    ...heading("Synopsis"),
    roffText(`fleet ${root.usage()}`),
    ...heading("Commands"),
    ...root.commands.flatMap((command) => item(`fleet ${command.name()}`, command.description())),
    ...heading("Options"),
    ...options(root),
    ...helpNotes(root),
    ...heading("Files"),
    ...item("./fleet.yaml, ~/.config/mosaic/fleet/fleet.yaml", "The fleet file, without --file."),
    ...seeAlso([
      "fleet.yaml(5)",
      ...root.commands.map((command) => `fleet-${command.name()}(1)`),
      "systemctl(1)",
      "tmux(1)",
    ]),
  ]);
}

function options({ options: declared }: Command): readonly string[] {
  const help = item("-h, --help", "display help for command");
  return [
    ...declared.filter(({ hidden }) => !hidden).flatMap((option) => item(option.flags, aboutOption(option))),
    ...help,
  ];
}

function aboutOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? "" : ` (choices: ${argChoices.join(", ")})`;
  const preset = typeof defaultValue === "string" ? ` (default: ${defaultValue})` : "";
  return `${description}${choices}${preset}`;
}

function aboutArgument({ description, argChoices }: Argument): string {
  return argChoices === undefined ? description : `${description} (choices: ${argChoices.join(", ")})`;
}

/** Returns the text after the options in the help of a command. */
function helpNotes(command: Command): readonly string[] {
  let help = "";
  const writeOut = (more: string): void => {
    help += more;
  };
  command.configureOutput({ writeOut }).outputHelp();
  const written = help.slice(command.helpInformation().length);
  if (written.trim() === "") return [];
  return [...heading("Notes"), ...verbatim(written)];
}

function seeAlso(pages: readonly string[]): readonly string[] {
  return [
    ...heading("See also"),
    ...paragraphs(`${pages.join(", ")}\n\nThe documentation is in the folder docs of the source code.`),
  ];
}

/** Returns lines as the text of a man page. */
function manPage(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
