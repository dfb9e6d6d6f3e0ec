/** What systemd makes of an env file: a port of the state machine in its src/basic/env-file.c. */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let state: State = "before key";
  let key = "";
  let value = "";
  /** Length of the value without the blanks that end it, which are dropped unless they stand in quotes or behind a backslash. */
  let kept = 0;
  const store = (): void => {
    const name = key.replace(/[ \t\r]+$/, "");
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) variables.set(name, value);
    [state, key, value, kept] = ["before key", "", "", 0];
  };
  for (const char of text) {
    const isNewline = char === "\n" || char === "\r";
    switch (state) {
      case "before key":
        if (char === "#" || char === ";") state = "comment";
        else if (!isBlank(char)) [state, key] = ["key", char];
        break;
      case "key":
        if (isNewline) [state, key] = ["before key", ""];
        else if (char === "=") state = "before value";
        else key += char;
        break;
      case "before value":
        if (isNewline) store();
        else if (char === "'") state = "single quotes";
        else if (char === '"') state = "double quotes";
        else if (char === "\\") state = "escape";
        else if (!isBlank(char)) {
          [state, value] = ["value", value + char];
          kept = value.length;
        }
        break;
      case "value":
        if (isNewline) {
          value = value.slice(0, kept);
          store();
        } else if (char === "\\") [state, kept] = ["escape", value.length];
        else {
          value += char;
          if (!isBlank(char)) kept = value.length;
        }
        break;
      case "escape":
        state = "value";
        if (!isNewline) value += char;
        kept = value.length;
        break;
      case "single quotes":
        if (char === "'") state = "before value";
        else value += char;
        break;
      case "double quotes":
        if (char === '"') state = "before value";
        else if (char === "\\") state = "escape in double quotes";
        else value += char;
        break;
      case "escape in double quotes":
        state = "double quotes";
        if ('"\\`$'.includes(char)) value += char;
        else if (char !== "\n") value += `\\${char}`;
        break;
      case "comment":
        if (char === "\\") state = "escape in comment";
        else if (isNewline) state = "before key";
        break;
      case "escape in comment":
        state = "comment";
        break;
    }
  }
  if (state === "value") value = value.slice(0, kept);
  if (key !== "" && state !== "key") store();
  return variables;
}

type State =
  | "before key"
  | "key"
  | "before value"
  | "value"
  | "escape"
  | "single quotes"
  | "double quotes"
  | "escape in double quotes"
  | "comment"
  | "escape in comment";

/** The WHITESPACE of systemd's src/basic/string-util.h: less than what \s takes. */
function isBlank(char: string): boolean {
  return " \t\n\r".includes(char);
}
