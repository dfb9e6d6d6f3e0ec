import {
  Client,
  type ClientOptions,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/client";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";

/** A server inside the sandbox, with a client of the official library outside. */
export interface McpServed {
  readonly client: Client;
  /** Calls a tool, and returns its text, its object, and whether it is an error. */
  readonly call: (name: string, given?: object, how?: Parameters<Client["callTool"]>[1]) => Promise<Called>;
  /** Closes the standard input of the server, and returns its exit code and its standard error. */
  readonly end: () => Promise<{ readonly code: number; readonly stderr: string }>;
  /** The standard output of the server so far. */
  readonly stdout: () => Promise<string>;
}

/** The result of a call. */
interface Called {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** The ways to run a server: by the rig, or by a function that gets the command line, such as in the pane of an agent. */
export interface McpOptions {
  readonly args?: readonly string[];
  /** The path of the program. */
  readonly program?: string;
  readonly run?: (line: string) => Promise<void>;
  readonly client?: ClientOptions;
}

let servers = 0;

/**
 * Starts `fleet mcp` inside the sandbox, and connects a client. The rig has no streams, so a file is read by tail and
 * reaches the server through a pipe, and the output of the server is a file.
 */
export async function serveMcp(
  box: Sandbox,
  { args = [], program = "/run/fleet/bin/fleet", run, client: options }: McpOptions = {},
): Promise<McpServed> {
  servers += 1;
  const folder = `${box.home}/mcp-${servers}`;
  await box.sh(`mkdir ${folder}; touch ${folder}/in ${folder}/out`);
  const line = `(echo $BASHPID >${folder}/tail; exec tail -n +1 -f ${folder}/in) | { ${program} mcp ${args.join(" ")} >${folder}/out 2>${folder}/err; echo $? >${folder}/code; kill $(cat ${folder}/tail); }`;
  const started = run === undefined ? box.sh(`${line} || :`, { timeoutMs: 120_000 }) : run(line);
  const transport = new FileTransport(box, folder);
  const client = new Client({ name: "test", version: "1" }, options);
  await client.connect(transport);
  return {
    client,
    async call(name, given = {}, how) {
      const { content, structuredContent, isError } = await client.callTool(
        { name, arguments: { ...given } },
        how,
      );
      const [first] = content;
      return {
        text: first?.type === "text" ? first.text : "",
        value: structuredContent as Called["value"],
        isError: isError ?? false,
      };
    },
    async end() {
      await box.sh(`kill $(cat ${folder}/tail) 2>/dev/null || :`);
      const code = await until("the server has ended", async () =>
        (await box.sh(`cat ${folder}/code 2>/dev/null || :`)).trim(),
      );
      await transport.close();
      await started;
      return { code: Number(code), stderr: await box.read(`${folder}/err`) };
    },
    stdout: () => box.read(`${folder}/out`),
  };
}

/** Appends messages to one file, and reads them from another. */
class FileTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  readonly #box: Sandbox;
  readonly #folder: string;
  #isClosed = false;
  #polling: Promise<void> = Promise.resolve();

  constructor(box: Sandbox, folder: string) {
    this.#box = box;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    this.#polling = this.#poll();
  }

  async #poll(): Promise<void> {
    let taken = 0;
    while (!this.#isClosed) {
      const text = await this.#box.read(`${this.#folder}/out`);
      const whole = text.slice(taken, text.lastIndexOf("\n") + 1);
      taken += whole.length;
      for (const line of whole.split("\n").filter(Boolean)) {
        this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
        // The client forgets the progress of a request with its result, and takes a notification a turn later.
        await new Promise(setImmediate);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#box.run(["sh", "-c", `cat >>${this.#folder}/in`], { input: `${JSON.stringify(message)}\n` });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#polling;
    this.onclose?.();
  }
}
