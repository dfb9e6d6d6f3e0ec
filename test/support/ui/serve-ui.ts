import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { WebSocket } from "ws";
import type { FromPage, ToPage } from "../../../src/ui/protocol.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";

/** A running `fleet ui` in a sandbox, which shares its loopback with the test. */
export interface UiServed {
  /** With the token in its fragment. */
  readonly url: string;
  readonly origin: string;
  readonly pid: number;
  /** Ends it with a signal, and returns its exit code and its standard error. */
  readonly end: (signal?: string) => Promise<{ readonly code: number; readonly stderr: string }>;
}

/** The response to a request. */
export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let servers = 0;

/** Starts `fleet ui`, and waits until it listens. Programs in ~/shim are before all others. */
export async function serveUi(box: Sandbox, ...args: readonly string[]): Promise<UiServed> {
  servers += 1;
  const at = `${box.home}/ui-${servers}`;
  const command = `PATH="$HOME/shim:$PATH" fleet ui --json ${args.join(" ")} >${at}.json 2>${at}.err & echo $! >${at}.pid; wait $!; echo $? >${at}.code`;
  await box.sh(`setsid sh -c '${command}' </dev/null >/dev/null 2>&1 &`);
  const link = await until("fleet ui listens", async () => {
    const text = await readIfThere(box, `${at}.json`);
    const isWhole = text.includes("}\n");
    if (!isWhole && (await readIfThere(box, `${at}.code`)) !== "")
      throw new Error(await box.read(`${at}.err`));
    return isWhole ? (JSON.parse(text) as { url: string }) : undefined;
  });
  const { origin, port } = new URL(link.url);
  const pid = Number(await box.read(`${at}.pid`));
  return {
    url: link.url,
    origin,
    pid,
    async end(signal = "TERM") {
      await box.sh(`kill -${signal} ${pid}`);
      const code = await until(`the server of port ${port} has ended`, async () => {
        const text = (await readIfThere(box, `${at}.code`)).trim();
        return text === "" ? undefined : text;
      });
      return { code: Number(code), stderr: await box.read(`${at}.err`) };
    },
  };
}

/** Returns the text of a file, or nothing before there is one: a look that starts no program. */
async function readIfThere(box: Sandbox, path: string): Promise<string> {
  try {
    return await box.read(path);
  } catch {
    return "";
  }
}

/** Sends one request with exactly these headers. */
export async function send(
  origin: string,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<Response> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    // The path is sent as it is: a URL would lose its dots.
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The headers of a page that has logged in. */
export interface LoggedIn {
  readonly cookie: string;
  readonly key: string;
}

/** Logs in with the token of a link, and returns the halves of the session. */
export async function logIn({ origin, url }: Pick<UiServed, "origin" | "url">): Promise<LoggedIn> {
  const token = new URL(url).hash.replace("#t=", "");
  const { body, headers, status } = await send(origin, "/api/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ token }),
  });
  if (status !== 200) throw new Error(`no login: ${status} ${body}`);
  const { key } = JSON.parse(body) as { readonly key: string };
  return { key, cookie: (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "" };
}

/** An open WebSocket of a page. */
export interface PageSocket {
  readonly messages: readonly ToPage[];
  /** Takes each binary message. */
  onFrame: (frame: Uint8Array) => void;
  /** Waits for a message of a kind, and returns it. */
  readonly hears: <K extends ToPage["t"]>(
    kind: K,
    isIt?: (message: Extract<ToPage, { readonly t: K }>) => boolean,
  ) => Promise<Extract<ToPage, { readonly t: K }>>;
  readonly tell: (message: FromPage) => void;
  readonly sendText: (text: string) => void;
  /** Fulfilled with its code at its end. */
  readonly closed: Promise<number>;
  readonly close: () => void;
}

/** Opens a WebSocket. Returns the status of the refusal if the server refuses it. */
export async function openSocket(
  origin: string,
  { cookie, key }: Partial<LoggedIn>,
  { headers = {}, path = "/api/ws" }: { readonly headers?: OutgoingHttpHeaders; readonly path?: string } = {},
): Promise<PageSocket | number> {
  const messages: ToPage[] = [];
  const socket = new WebSocket(
    `${origin.replace("http:", "ws:")}${path}`,
    ["fleet-ui", ...(key === undefined ? [] : [`key.${key}`])],
    {
      headers: { Origin: origin, ...(cookie === undefined ? {} : { Cookie: cookie }), ...headers } as Record<
        string,
        string
      >,
    },
  );
  let page: PageSocket | undefined;
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) page?.onFrame(data);
    else messages.push(JSON.parse(data.toString("utf8")) as ToPage);
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      page = {
        messages,
        onFrame: () => undefined,
        hears: (kind, isIt = () => true) =>
          until(`the page hears of ${kind}`, async () => {
            type Wanted = Extract<ToPage, { readonly t: typeof kind }>;
            return messages.filter((each): each is Wanted => each.t === kind).find(isIt);
          }),
        tell: (message) => socket.send(JSON.stringify(message)),
        sendText: (text) => socket.send(text),
        closed,
        close: () => socket.close(),
      };
      resolve(page);
    });
    socket.on("unexpected-response", (_, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", reject);
  });
}

/** Opens a WebSocket; throws if the server refuses it. */
export async function openPageSocket(...args: Parameters<typeof openSocket>): Promise<PageSocket> {
  const socket = await openSocket(...args);
  if (typeof socket === "number") throw new Error(`refused: ${socket}`);
  return socket;
}
