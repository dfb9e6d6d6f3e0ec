/** The agent a command runs in. */
export interface Sender {
  /** Its name, with the name of its fleet if that is another one: `coder`, or `other/coder`. */
  readonly name: string;
  /** Its name in this fleet; undefined for an agent of another fleet. */
  readonly agent: string | undefined;
}

/** Returns the agent of a systemd unit, as seen from a fleet; undefined for any other unit. */
export function senderIn(unit: string | undefined, fleet: string): Sender | undefined {
  const found = /^(?<of>.+)-agent@(?<agent>.+)\.service$/.exec(unit ?? "")?.groups;
  const { of = "", agent } = found ?? {};
  if (agent === undefined) return undefined;
  return of === fleet ? { name: agent, agent } : { name: `${of}/${agent}`, agent: undefined };
}

/** Returns the text as an agent sends it: its first line names the sender. */
export function signedText(text: string, sender: Sender | undefined): string {
  return sender === undefined ? text : `[from ${sender.name}] ${text}`;
}
