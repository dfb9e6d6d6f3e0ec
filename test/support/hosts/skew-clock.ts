/** A program for --require of node, which shifts the clock of a program by $SKEW_MS. */
export const skewClock = `const real = Date.now, shift = Number(process.env.SKEW_MS);
globalThis.Date = class extends Date {
  constructor(...words) { super(...(words.length === 0 ? [real() + shift] : words)); }
  static now() { return real() + shift; }
};`;
