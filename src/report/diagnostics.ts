import type { Diagnostic, Place } from "../diagnostics/diagnostic.ts";
import type { DiagnosticJson } from "./json/shared-output.ts";
import type { Colors } from "./terminal/colors.ts";
import { visible } from "./terminal/display-text.ts";
import { displayWidth } from "./terminal/display-width.ts";
import { fold } from "./terminal/fit/fold.ts";
import { wordingText } from "./terminal/wording-text.ts";
import { excerptOf } from "./terminal/source-excerpt.ts";

interface DiagnosticStyle {
  readonly colors: Colors;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * Diagnostics as lines of text for a terminal of `width` columns, with an empty line between each two. Nothing of a
 * file is printed raw. Plain text with the colours of createColors(false).
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  colors: Colors,
  width = 100,
): readonly string[] {
  return diagnostics.flatMap((diagnostic, index) => [
    ...(index === 0 ? [] : [""]),
    ...renderDiagnostic(diagnostic, { colors, width }),
  ]);
}

/** Returns the number of errors of one file, if there are several: `14 errors in fleet.yaml.`, after an empty line. */
export function countLines(diagnostics: readonly Diagnostic[], colors: Colors): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const file = errors[0]?.place?.file;
  const isOneFile = file !== undefined && errors.every(({ place }) => place?.file === file);
  const total = errors.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0);
  return isOneFile && total > 1 ? ["", colors.bold(`${total} errors in ${visible(file)}.`)] : [];
}

/** Returns one diagnostic as JSON: keys without a value are absent. */
export function diagnosticToJson({
  severity,
  code,
  summary,
  detail,
  hint,
  place,
}: Diagnostic): DiagnosticJson {
  return {
    severity,
    code,
    summary,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint: wordingText(hint) }),
    ...(place === undefined ? {} : { place: placeToJson(place) }),
  };
}

function placeToJson({ file, line, column, length, source, sourceColumn }: Place): Place {
  return { file, line, column, length, source, ...(sourceColumn === undefined ? {} : { sourceColumn }) };
}

function renderDiagnostic(diagnostic: Diagnostic, style: DiagnosticStyle): readonly string[] {
  const { severity, summary, detail, hint, place } = diagnostic;
  const { colors } = style;
  const word = severity === "error" ? colors.red("Error") : colors.yellow("Warning");
  const title = `${colors.bold(`${word}:`)} ${colors.bold(visible(summary))}`;
  const margin = " ".repeat(place === undefined ? 1 : String(place.line).length);
  const picture =
    place === undefined ? { lines: [], saysHint: false } : renderPlace(place, diagnostic, style);
  const notes = [
    ...(detail === undefined ? [] : renderNote(detail, margin, style)),
    ...(hint === undefined || picture.saysHint
      ? []
      : renderNote(`hint: ${wordingText(hint)}`, margin, style)),
  ];
  const gap = picture.lines.length > 0 && notes.length > 0 ? [`${margin} ${colors.blue("|")}`] : [];
  return [title, ...picture.lines, ...gap, ...notes];
}

interface SourcePicture {
  readonly lines: readonly string[];
  /** True if the hint stands next to the underline. */
  readonly saysHint: boolean;
}

/** Returns the source line with the place underlined, and the hint next to it if there is room. */
function renderPlace(
  place: Place,
  { severity, hint: wording = "" }: Diagnostic,
  style: DiagnosticStyle,
): SourcePicture {
  const { colors, width } = style;
  const hint = wordingText(wording);
  const number = String(place.line);
  const margin = " ".repeat(number.length);
  const bar = colors.blue("|");
  const excerpt = excerptOf(place, width - number.length - " | ".length);
  const used = number.length + " | ".length + excerpt.indent + excerpt.length + 1;
  const saysHint = hint !== "" && used + displayWidth(hint) <= width;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const label = saysHint ? `${"^".repeat(excerpt.length)} ${visible(hint)}` : "^".repeat(excerpt.length);
  const lines = [
    `${margin}${colors.blue("-->")} ${visible(place.file)}:${place.line}:${place.column}`,
    `${margin} ${bar}`,
    `${colors.blue(number)} ${bar} ${excerpt.text}`.trimEnd(),
    `${margin} ${bar} ${" ".repeat(excerpt.indent)}${paint(label)}`,
  ];
  return { lines, saysHint };
}

/**
 * Returns a text behind `=`, each of its lines folded at the width of the terminal. An indented line stays whole: it is
 * quoted, such as a frame of a stack trace.
 */
function renderNote(text: string, margin: string, { colors, width }: DiagnosticStyle): readonly string[] {
  const head = `${margin} ${colors.blue("=")} `;
  const indent = " ".repeat(margin.length + " = ".length);
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .flatMap((line) => (/^\s/.test(line) ? [line] : fold(line, width - indent.length)))
    .map((line, index) => `${index === 0 ? head : indent}${visible(line)}`.trimEnd());
}
