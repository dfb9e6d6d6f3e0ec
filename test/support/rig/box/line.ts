import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import type { SandboxOptions } from "../../../../src/sandbox/options.ts";
import { sandboxResult, startSandbox } from "../../../../src/sandbox/run.ts";
import type { Attached } from "../../../../src/system/attach/attach.ts";
import { jsonLine } from "../inside/json-line.mjs";
import { preparedTool } from "./prepared-tool.ts";
import type { Answer, Request } from "./protocol.ts";

/** The wishes for a sandbox of a test: its command is the rig's server. */
export type BoxOptions = Omit<SandboxOptions, "command">;

/** Opens a sandbox with the rig's server in it. Throws with the reason if this machine cannot have one. */
export async function openLine(options: BoxOptions): Promise<Line> {
  const { tool, inside, server } = preparedTool();
  const started = startSandbox(
    {
      tool,
      environmentD: false, // its generator runs at each reload, and no test has such variables
      ...options,
      visible: { ...options.visible, "rig/inside": inside },
      command: ["node", `/run/fleet/rig/inside/${server}`],
    },
    { stdio: "pipe", pty: false },
  );
  if (!started.ok)
    throw new Error(`no sandbox on this machine: ${JSON.stringify(started.diagnostics, null, 2)}`);
  const attached = started.value;
  if (attached.pid === undefined || attached.streams === undefined || !(await attached.ready)) {
    throw new Error(
      `the sandbox did not open: ${JSON.stringify(sandboxResult(await attached.end), null, 2)}`,
    );
  }
  return new Line(attached, attached.pid, attached.streams);
}

/** The line to the server in a sandbox. */
export class Line {
  /** The process outside whose end is the end of the sandbox. */
  readonly pid: number;
  readonly #attached: Attached;
  readonly #stdin: Writable;
  /** The requests without an answer, by their number. */
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  /** The server's standard error. */
  #complaints = "";
  #hasEnded = false;

  constructor(attached: Attached, pid: number, streams: NonNullable<Attached["streams"]>) {
    this.pid = pid;
    this.#attached = attached;
    const { stdin, stdout, stderr } = streams;
    this.#stdin = stdin;
    stdin.on("error", () => undefined); // the sandbox has ended, and so the requests fail
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints += text;
    });
    createInterface({ input: stdout }).on("line", (line) => {
      const answer: Answer = JSON.parse(line);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    void this.#failTheRest();
  }

  /** Sends a request, and returns its answer. Throws with the server's words if it failed. */
  async ask(request: Request): Promise<Answer> {
    if (this.#hasEnded) throw new Error("the sandbox has ended");
    this.#last += 1;
    const id = this.#last;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#stdin.write(jsonLine({ id, ...request }));
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  /** Ends everything inside, and returns once it is gone. */
  async end(): Promise<void> {
    this.#attached.close();
    await this.#attached.end;
  }

  async #failTheRest(): Promise<void> {
    await this.#attached.end;
    this.#hasEnded = true;
    for (const [id, answer] of this.#waiting)
      answer({ id, error: `the sandbox has ended; it said: ${this.#complaints}` });
  }
}
