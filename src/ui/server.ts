import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Asset } from "./assets.ts";
import { checkRequest, methods, type RequestFacts } from "./check-request.ts";
import { cookieIn, securityHeaders } from "./headers.ts";
import { keyPrefix, type AgentTopic, type FleetTopic } from "./protocol.ts";
import { readBody } from "./read-body.ts";
import { requestKindOf, routeOf, type AssetName, type Route } from "./routes.ts";
import { sessionLifeMs, type Sessions } from "./sessions.ts";
import type { Sockets } from "./sockets.ts";

/** The answer to a question about the fleet: the JSON of a command, or its problems. */
export interface Answer {
  readonly isError: boolean;
  readonly value: object;
}

/** The handlers of a server. */
export interface Serving {
  readonly assets: ReadonlyMap<AssetName, Asset>;
  readonly sessions: Sessions;
  readonly sockets: Sockets;
  /** The name of the cookie. Each server has its own, because a browser mixes the cookies of all ports. */
  readonly cookieName: string;
  readonly fleet: (topic: FleetTopic) => Promise<Answer>;
  readonly revision: (id: string) => Promise<Answer>;
  /** `host` is another machine of the fleet; undefined for this one. */
  readonly agent: (topic: AgentTopic, name: string, host: string | undefined) => Promise<Answer>;
}

/** Returns a server for the page, which does not listen yet. Nothing that it can reach changes the fleet. */
export function createUiServer(serving: Serving): Server {
  const server = createServer((request, response) => {
    handle(serving, request, response).catch(() => {
      if (!response.headersSent) refuse(response, 500, "internal");
      else response.destroy();
    });
  });
  server.on("upgrade", (request, socket, head) => {
    const route = routeOf(request.url ?? "");
    const refusal = checkRequest("socket", factsOf(request));
    const ends = sessionOf(serving, request);
    const status =
      route?.kind !== "socket" ? 404 : (refusal?.status ?? (ends === undefined ? 401 : undefined));
    if (status === undefined && ends !== undefined) serving.sockets.accept(request, socket, head, ends);
    else socket.end(`HTTP/1.1 ${status ?? 401} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

async function handle(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const route = routeOf(request.url ?? "");
  const kind = requestKindOf(route);
  const refusal = checkRequest(kind, factsOf(request));
  if (refusal !== undefined) {
    if (refusal.status === 405) response.setHeader("Allow", methods[kind].join(", "));
    return refuse(response, refusal.status, refusal.error);
  }
  switch (route?.kind) {
    case undefined:
      return refuse(response, 404, "not-found");
    case "page":
      return sendAsset(serving, route.asset, request, response);
    case "login":
      return answerLogin(serving, request, response);
    case "socket":
      return refuse(response, 426, "not-an-upgrade");
    case "api":
      return answer(serving, route, request, response);
  }
}

async function answerLogin(
  { sessions, cookieName }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return refuse(response, 413, "too-large");
  const halves = sessions.redeem(tokenIn(body), Date.now());
  if (halves === undefined) return refuse(response, 403, "wrong-token");
  const life = sessionLifeMs / 1000;
  response.setHeader(
    "Set-Cookie",
    `${cookieName}=${halves.cookie}; HttpOnly; SameSite=Strict; Path=/api; Max-Age=${life}`,
  );
  answerJson(response, 200, { key: halves.key });
}

/** Returns the token in the body of a login; or an empty text, which opens nothing. */
function tokenIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    const isToken = typeof value === "object" && value !== null && "token" in value;
    return isToken && typeof value.token === "string" ? value.token : "";
  } catch {
    return "";
  }
}

async function answer(
  serving: Serving,
  route: Extract<Route, { kind: "api" }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (sessionOf(serving, request) === undefined) return refuse(response, 401, "no-session");
  if (route.get === "session") return answerJson(response, 200, {});
  const { isError, value } = await ("agent" in route
    ? serving.agent(route.get, route.agent, route.host)
    : "id" in route
      ? serving.revision(route.id)
      : serving.fleet(route.get));
  answerJson(response, isError ? 422 : 200, value);
}

/** Returns the end of the session of a request, ms since the epoch; undefined without one. */
function sessionOf({ sessions, cookieName }: Serving, { headers }: IncomingMessage): number | undefined {
  const cookie = cookieIn(headers.cookie, cookieName);
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
  const key = bearer ?? offered.find((each) => each.startsWith(keyPrefix))?.slice(keyPrefix.length);
  return cookie === undefined || key === undefined ? undefined : sessions.endOf({ cookie, key }, Date.now());
}

function factsOf({ method = "", headers }: IncomingMessage): RequestFacts {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  return {
    method,
    host,
    origin,
    site: typeof site === "string" ? site : undefined,
    contentType: headers["content-type"],
  };
}

function sendAsset(
  { assets }: Serving,
  name: AssetName,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const asset = assets.get(name);
  if (asset === undefined) return refuse(response, 404, "not-found");
  const isZipped = /\bgzip\b/.test(headers["accept-encoding"] ?? "");
  const body = isZipped ? asset.gzipped : asset.plain;
  if (isZipped) response.setHeader("Content-Encoding", "gzip");
  response.writeHead(200, {
    "Content-Type": asset.type,
    "Content-Length": body.length,
    Vary: "Accept-Encoding",
  });
  response.end(method === "HEAD" ? undefined : body);
}

/** Sends a code: the page has the words. */
function refuse(response: ServerResponse, status: number, error: string): void {
  answerJson(response, status, { error });
}

function answerJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": body.length,
    // The rest of a body that was not read would be taken for the next request.
    ...(status >= 400 ? { Connection: "close" } : {}),
  });
  response.end(body);
}
