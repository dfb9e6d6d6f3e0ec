/** Returns an expression with its characters as they are: the build writes those beyond ASCII as escapes. */
export function patternText({ source }: RegExp): string {
  return source.replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) =>
    String.fromCodePoint(parseInt(code, 16)),
  );
}
