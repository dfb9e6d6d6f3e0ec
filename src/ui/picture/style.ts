/** A colour: an index of the 256, `#rrggbb`, or undefined for that of the terminal. */
export type Colour = number | `#${string}` | undefined;

/** The attributes of text that a picture shows. */
const attributes = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  reverse: 7,
  hidden: 8,
  strike: 9,
} as const;

/** One of these attributes. */
export type Attribute = keyof typeof attributes;

/** The look of a piece of text on a screen. */
export interface Style {
  readonly fore: Colour;
  readonly back: Colour;
  readonly has: ReadonlySet<Attribute>;
}

/** The look without any colour. */
export const plainStyle: Style = { fore: undefined, back: undefined, has: new Set() };

/** The attributes that a code takes away. */
const endings: Readonly<Record<number, readonly Attribute[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["reverse"],
  28: ["hidden"],
  29: ["strike"],
};
const attributeOfCode = new Map(
  Object.entries(attributes).map(([name, code]) => [code as number, name as Attribute]),
);

/** Returns a look after the parameters of an SGR sequence (ECMA-48, 8.3.117). Unknown ones change nothing. Pure. */
export function addCodes(style: Style, parameters: string): Style {
  let { fore, back } = style;
  const has = new Set(style.has);
  const codes = parameters.split(";");
  for (let at = 0; at < codes.length; at += 1) {
    const [code = 0, ...details] = numbers(codes[at] ?? "");
    const name = attributeOfCode.get(code);
    if (code === 0) {
      [fore, back] = [undefined, undefined];
      has.clear();
    } else if (name !== undefined) {
      if (code === 4 && details[0] === 0) has.delete(name);
      else has.add(name);
    } else if (code === 38 || code === 48 || code === 58) {
      // Semicolons, as xterm takes them too, or colons: `38;5;N`, `38:2::R:G:B`.
      const [colour, used] =
        details.length > 0 ? [colourOf(details, true), 0] : afterwards(codes.slice(at + 1));
      at += used;
      if (code === 38) fore = colour ?? fore;
      else if (code === 48) back = colour ?? back;
    } else if (code === 39) fore = undefined;
    else if (code === 49) back = undefined;
    else if (code >= 30 && code <= 37) fore = code - 30;
    else if (code >= 40 && code <= 47) back = code - 40;
    else if (code >= 90 && code <= 97) fore = code - 82;
    else if (code >= 100 && code <= 107) back = code - 92;
    else for (const ended of endings[code] ?? []) has.delete(ended);
  }
  return { fore, back, has };
}

/** Returns a look as the parameters of an SGR sequence, in one form; empty for the plain look. Pure. */
export function styleText({ fore, back, has }: Style): string {
  return [
    ...Object.entries(attributes).flatMap(([name, code]) => (has.has(name as Attribute) ? [`${code}`] : [])),
    ...colourText(38, fore),
    ...colourText(48, back),
  ].join(";");
}

function colourText(code: 38 | 48, colour: Colour): readonly string[] {
  if (colour === undefined) return [];
  if (typeof colour === "number") return [`${code};5;${colour}`];
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [`${code};2;${parts.join(";")}`];
}

/** Returns the colour in the codes after a 38 or 48, and the number of codes that it takes. */
function afterwards(codes: readonly string[]): readonly [Colour, number] {
  const kind = Number(codes[0]);
  const used = kind === 5 ? 2 : kind === 2 ? 4 : 0;
  return [colourOf(codes.slice(0, used).map(Number), false), used];
}

function colourOf([kind, ...values]: readonly number[], hasSpace: boolean): Colour {
  if (kind === 5) {
    const [index = -1] = values;
    return Number.isInteger(index) && index >= 0 && index < 256 ? index : undefined;
  }
  if (kind !== 2) return undefined;
  // With colons, a colour space may come first.
  const parts = hasSpace && values.length > 3 ? values.slice(1, 4) : values.slice(0, 3);
  if (parts.length < 3 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function numbers(code: string): readonly number[] {
  return code.split(":").map(Number);
}
