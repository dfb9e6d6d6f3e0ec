import { addCodes, plainStyle, type Attribute, type Colour } from "../../../src/ui/picture/style.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The look of a run of text: CSS colours for both looks of the page, and classes of attributes. */
export interface RunLook {
  /** Undefined for the colour of the box. */
  readonly color: string | undefined;
  readonly background: string | undefined;
  readonly classes: string;
}

/** The ground of a picture in the light and dark look: `--sunken` of app.css. */
const grounds: readonly [light: Rgb, dark: Rgb] = [
  [239, 239, 235],
  [16, 19, 21],
];
const texts: readonly [light: Rgb, dark: Rgb] = [
  [29, 33, 36],
  [231, 233, 234],
];
/** The least contrast of text, as in WCAG 2 AA. */
const leastContrast = 4.5;
/** The share of the ground in dim text. */
const dimming = 0.35;

/** The first sixteen colours, calm ones of the page, for a light and a dark ground. */
const basics: readonly [light: readonly string[], dark: readonly string[]] = [
  "1d2124 a5281d 2c6b34 7f5a00 2a5aa8 85348f 0b6a6c 6a7178 4a5158 bf3a2c 2f7d3f 946a00 386fc4 9c45a8 0f7c7e 8a9097",
  "2a3036 f0837a 86d6a4 e8c170 8fb4f5 d3a1e6 6fd0cf c9ced2 7c858d ff9d94 9fe6b8 f6d489 a9c6ff e2b8f2 8ce3e1 eef0f1",
].map((line) => line.split(" ")) as unknown as readonly [readonly string[], readonly string[]];

const known = new Map<string, RunLook>();

/** Returns the look of a run by its parameters of SGR. Text can be read on its ground, in both looks of the page. */
export function runLook(parameters: string): RunLook {
  const before = known.get(parameters);
  if (before !== undefined) return before;
  // True colours of a gradient are many; a new start costs less than a memory that grows.
  if (known.size > 2_000) known.clear();
  const look = lookOf(parameters);
  known.set(parameters, look);
  return look;
}

function lookOf(parameters: string): RunLook {
  const { fore, back, has } = addCodes(plainStyle, parameters);
  const [light, dark] = [0, 1].map((side) => coloursOf(fore, back, has, side as 0 | 1));
  const isPlain =
    fore === undefined && !has.has("dim") && !has.has("reverse") && back === undefined && !has.has("hidden");
  const hasBack = back !== undefined || has.has("reverse");
  const classes = [...has]
    .filter((name) => !["dim", "reverse", "hidden"].includes(name))
    .map((name) => `t-${name}`);
  return {
    color: isPlain ? undefined : pair(light?.fore, dark?.fore),
    background: hasBack ? pair(light?.back, dark?.back) : undefined,
    classes: classes.join(" "),
  };
}

/** Returns the colours of a run in one look of the page: 0 is the light one. */
export function coloursOf(
  fore: Colour,
  back: Colour,
  has: ReadonlySet<Attribute>,
  side: 0 | 1,
): { readonly fore: Rgb; readonly back: Rgb } {
  const own: readonly [Rgb | undefined, Rgb | undefined] = [rgbOf(fore, side), rgbOf(back, side)];
  const ground = own[1] ?? grounds[side];
  // Text without a colour of its own on a ground with one.
  const text = own[0] ?? (own[1] === undefined ? texts[side] : readable(own[1]));
  const [front, behind] = has.has("reverse") ? [ground, text] : [text, ground];
  if (has.has("hidden")) return { fore: behind, back: behind };
  const dimmed = has.has("dim") ? mixedColor(front, behind, dimming) : front;
  return { fore: withContrast(dimmed, behind), back: behind };
}

/** Returns the nearest colour that can be read on a ground. */
function withContrast(colour: Rgb, ground: Rgb): Rgb {
  const goal: Rgb = readable(ground);
  for (let share = 0; share < 1; share += 0.1) {
    const tried = mixedColor(colour, goal, share);
    if (contrast(tried, ground) >= leastContrast) return tried;
  }
  return goal;
}

/** Returns black or white, whichever can be read better. */
function readable(ground: Rgb): Rgb {
  return contrast([0, 0, 0], ground) >= contrast([255, 255, 255], ground) ? [0, 0, 0] : [255, 255, 255];
}

/** Returns the contrast of two colours as in WCAG 2: from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function mixedColor(one: Rgb, other: Rgb, share: number): Rgb {
  const part = (at: 0 | 1 | 2): number => Math.round(one[at] * (1 - share) + other[at] * share);
  return [part(0), part(1), part(2)];
}

function rgbOf(colour: Colour, side: 0 | 1): Rgb | undefined {
  if (colour === undefined) return undefined;
  if (typeof colour === "string") return rgbOfHex(colour.slice(1));
  if (colour < 16) return rgbOfHex(basics[side][colour] ?? "");
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return [grey, grey, grey];
  }
  const steps = [0, 95, 135, 175, 215, 255];
  const at = colour - 16;
  const step = (index: number): number => steps[index % 6] ?? 0;
  return [step(Math.floor(at / 36)), step(Math.floor(at / 6)), step(at)];
}

function rgbOfHex(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

function pair(light: Rgb = [0, 0, 0], dark: Rgb = [255, 255, 255]): string {
  return `light-dark(rgb(${light.join(" ")}), rgb(${dark.join(" ")}))`;
}
