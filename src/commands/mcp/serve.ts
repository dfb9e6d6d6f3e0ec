import {
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
} from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { version } from "../../desired/version.ts";
import { fail } from "../../diagnostics/diagnostic.ts";
import { inputSchema } from "../../mcp/parameter.ts";
import { toolOf, type ToolName } from "../../mcp/tools.ts";
import { refusedTool, serverInstructions } from "../../report/mcp/server-text.ts";
import { problemsJson, gatherOutput } from "../../report/gather-output.ts";
import type { ToolCall, ToolResult } from "./call-tool.ts";

/** A call as the protocol has it. */
type CallOfClient = Omit<ToolCall, "isCurrent" | "onBug">;

/** The parts of a server. */
export interface McpServing {
  readonly allowed: readonly ToolName[];
  readonly call: (call: CallOfClient) => Promise<ToolResult>;
  /** Takes an error of the protocol. */
  readonly onError: (error: Error) => void;
  /** Ends the server. */
  readonly end: AbortSignal;
}

/** The streams of this process. */
class Connection extends StdioServerTransport {
  #end: () => void = () => undefined;
  /** Fulfilled once the client, or the server, has closed the connection. */
  readonly closed = new Promise<void>((resolve) => (this.#end = resolve));

  override async close(): Promise<void> {
    await super.close();
    this.#end();
  }
}

/** Serves the tools on standard input and output until one of them closes, and until changes under way have ended. */
export async function serveTools({ allowed, call, onError, end }: McpServing): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const runAndAnnounce: Run = async (given) => {
    const result = call(given);
    if (toolOf(given.tool)?.effect !== undefined) {
      underWay.add(result);
      void result.finally(() => underWay.delete(result));
    }
    return toResult(await result);
  };
  const connection = new Connection();
  const handle = serveStdio(() => createServer(allowed, runAndAnnounce), {
    transport: connection,
    onerror: onError,
  });
  if (end.aborted) void handle.close();
  else end.addEventListener("abort", () => void handle.close(), { once: true });
  await connection.closed;
  // The end of the connection has asked them to stop, as Ctrl-C does.
  await Promise.all(underWay);
}

type Run = (call: CallOfClient) => Promise<CallToolResult>;

function createServer(allowed: readonly ToolName[], run: Run): McpServer {
  const mcp = new McpServer({ name: "mosaic-fleet", version }, { instructions: serverInstructions(allowed) });
  const { server } = mcp;
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler("tools/list", async () => {
    const { resultSchemaOf } = await import("./result-schemas.ts");
    return { tools: allowed.map((name) => ({ ...listedTool(name), outputSchema: resultSchemaOf(name) })) };
  });
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    if (toolOf(params.name) === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no tool ${JSON.stringify(params.name)}`,
      );
    const tool = allowed.find((name) => name === params.name);
    if (tool === undefined) return refusedCall(params.name);
    const token = mcpReq._meta?.progressToken;
    let progress = 0;
    const onProgress = (message: string): void => {
      if (token === undefined || mcpReq.signal.aborted) return;
      progress += 1;
      const told = { progressToken: token, progress, message };
      // The client may have gone.
      mcpReq.notify({ method: "notifications/progress", params: told }).catch(() => undefined);
    };
    return run({ tool, given: params.arguments, stop: mcpReq.signal, onProgress });
  });
  return mcp;
}

function listedTool(name: ToolName) {
  const { title = "", description = "", parameters = {}, effect } = toolOf(name) ?? {};
  return {
    name,
    title,
    description,
    inputSchema: inputSchema(parameters),
    annotations: {
      title,
      readOnlyHint: effect === undefined,
      destructiveHint: effect?.isDestructive ?? false,
      idempotentHint: effect?.isIdempotent ?? true,
      openWorldHint: false,
    },
  };
}

function toResult({ text, value, isError }: ToolResult): CallToolResult {
  return {
    content: [{ type: "text", text }],
    structuredContent: { ...value },
    ...(isError ? { isError } : {}),
  };
}

/** Refuses a tool a person has not allowed. It is not listed either. */
function refusedCall(name: string): CallToolResult {
  const problem = fail("blocked", ...refusedTool(name));
  const problems = problem.ok ? [] : problem.diagnostics;
  const { output, text } = gatherOutput();
  output.diagnostics(problems);
  return toResult({ text: text(), value: problemsJson(problems), isError: true });
}
