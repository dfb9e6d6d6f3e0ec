/** Returns a text with at most so many characters; the end of a longer one becomes `…`. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
