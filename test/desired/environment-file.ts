/** What systemd makes of an env file: a port of the state machine in its src/basic/env-file.c. */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let state: State = "before key";
  let key = "";
  let value = "";
  const store = (): void => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key.trim())) variables.set(key.trim(), value);
    [state, key, value] = ["before key", "", ""];
  };
  for (const char of text) {
    const isNewline = char === "\n" || char === "\r";
    switch (state) {
      case "before key":
        if (char === "#" || char === ";") state = "comment";
        else if (!/\s/.test(char)) [state, key] = ["key", char];
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
        else if (!/\s/.test(char)) [state, value] = ["value", value + char];
        break;
      case "value":
        if (isNewline) {
          value = value.trimEnd();
          store();
        } else if (char === "\\") state = "escape";
        else value += char;
        break;
      case "escape":
        state = "value";
        if (!isNewline) value += char;
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
        if (isNewline) state = "before key";
        break;
    }
  }
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
  | "comment";
