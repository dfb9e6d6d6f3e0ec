const e = "\u001B";

/** Output of many kinds; each begins on a clear screen. */
export const screens: Readonly<Record<string, string>> = {
  colors: `${Array.from({ length: 16 }, (_, n) => `${e}[38;5;${n}m${n}${e}[0m`).join(" ")}\r\n${e}[1;31mbold${e}[22;3mitalic${e}[0;4munder${e}[0;7mswapped${e}[0;2mdim${e}[0;9mstruck${e}[0m\r\n${e}[38;2;10;200;30;48;2;60;0;90mtrue${e}[0m ${e}[48;5;27mblue ground   ${e}[0m\r\n${e}[41m${e}[K${e}[0m\r\nend`,
  wide: `漢字かな交じり文 한국어\r\n👍 ok 🚀🎉 done\r\né ñ \r\n${"漢".repeat(45)}\r\n│├──┤ ✓ ✗ … ‘x’`,
  wraps: `${"0123456789".repeat(19)}\r\n${"x".repeat(80)}\r\nafter a full row\r\na\tb\tc\r\n12345678\b\b\bXY`,
  moves: `${Array.from({ length: 20 }, (_, n) => `row ${n}`).join("\r\n")}${e}[5;10Hhere${e}[2A up${e}[3Dback${e}[10;1H${e}[2Mdeleted${e}[12;1H${e}[Linserted${e}[14;3H${e}[3P${e}[15;2H${e}[4@abc${e}[16;1H${e}[2K${e}[17;1H${e}[1Jup to here${e}[18;5H${e}[Kcut${e}7${e}[1;70Hcorner${e}8saved`,
  region: `${Array.from({ length: 22 }, (_, n) => `line ${n}`).join("\r\n")}${e}[5;10r${e}[10;1H\nscrolled\n\n${e}[5;1H${e}Mdown${e}[r${e}[24;1Hlast`,
  drawing: `${e})0${e}[3;3H\u000Elqqqqk\u000F${e}[4;3H\u000Ex\u000Ftext\u000Ex\u000F${e}[5;3H\u000Emqqqqj\u000F\r\n${e}(0aaa${e}(B plain`,
  alternate: `above${e}[?1049h${e}[2J${e}[HIn the alternate screen${e}[10;20H${e}[44mbox${e}[0m${e}[?25l`,
  back: `first${e}[?1049h${e}[Hcovered for a while${e}[?1049l and back`,
  titled: `one${e}kthe title${e}\\two${e}]0;title\u0007three`,
};

/** Returns output at random, the same for each seed: text, colors, moves, erasing, scrolling and regions. */
export function randomScreen(seed: number): string {
  let state = seed;
  const below = (count: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * count);
  };
  const letters = (): string =>
    Array.from({ length: 1 + below(60) }, () => String.fromCharCode(33 + below(90))).join("");
  const pieces: readonly (() => string)[] = [
    letters,
    letters,
    () => "\r\n",
    () => ["\t", "\b", "\r"][below(3)] ?? "",
    () => `${e}[${[0, 1, 3, 4, 7, 30 + below(8), 40 + below(8), 90 + below(8)][below(8)]}m`,
    () => `${e}[38;5;${below(256)};48;2;${below(256)};${below(256)};${below(256)}m`,
    () => `${e}[${1 + below(24)};${1 + below(80)}H`,
    () => `${e}[${1 + below(9)}${"ABCDEGX@P"[below(9)]}`,
    () => `${e}[${below(3)}${"JK"[below(2)]}`,
    () => `${e}[${1 + below(8)};${12 + below(13)}r`,
    () => `${e}[${1 + below(3)}${"ST"[below(2)]}`,
    () => [`${e}M`, `${e}D`, `${e}7`, `${e}8`, `${e}E`][below(5)] ?? "",
  ];
  return Array.from({ length: 120 }, () => pieces[below(pieces.length)]?.() ?? "").join("") + letters();
}
