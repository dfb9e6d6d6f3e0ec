/** One assignment in a unit file or drop-in. */
export interface UnitSetting {
  readonly name: string;
  /** Empty for an assignment that resets earlier ones. */
  readonly value: string;
}

/**
 * Returns the assignments in a unit file or drop-in, in their order, without ignored sections. Reads comments
 * and continued lines as in systemd.syntax(7).
 */
export function unitSettings(text: string): readonly UnitSetting[] {
  const settings: UnitSetting[] = [];
  let isIgnored = false;
  for (const line of logicalLines(text)) {
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) isIgnored = section.startsWith("X-");
    const at = line.indexOf("=");
    if (section !== undefined || isIgnored || at <= 0) continue;
    settings.push({ name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() });
  }
  return settings;
}

function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let begun = "";
  for (const line of text.split("\n")) {
    // A comment between the parts of a continued line is left out.
    if (/^\s*[#;]/.test(line)) continue;
    const whole = begun + line.trimEnd();
    if (whole.endsWith("\\")) {
      begun = `${whole.slice(0, -1)} `;
      continue;
    }
    begun = "";
    lines.push(whole.trim());
  }
  return begun === "" ? lines : [...lines, begun.trim()];
}
