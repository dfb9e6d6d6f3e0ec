/** The parts of a request about its sender. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The header Sec-Fetch-Site; older browsers and other programs do not send it. */
  readonly site: string | undefined;
  readonly contentType: string | undefined;
}

/** The kind of the requested resource: a page and its files, an answer of the API, or the WebSocket. */
export type RequestKind = "page" | "api" | "login" | "socket";

/** The reason of a refusal, with its HTTP status. */
export interface RequestRefusal {
  readonly status: 403 | 405 | 415 | 421;
  readonly error: "wrong-host" | "wrong-origin" | "wrong-method" | "wrong-content-type";
}

/** The names of this machine's loopback, with any port: an SSH tunnel may end at another one. */
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/** The methods of each kind. */
export const methods: Readonly<Record<RequestKind, readonly string[]>> = {
  page: ["GET", "HEAD"],
  api: ["GET"],
  login: ["POST"],
  socket: ["GET"],
};

/**
 * Returns the reason to refuse a request; undefined for an acceptable one. A page of another site can send requests to
 * this machine, by its address or by a name that resolves to it (DNS rebinding). Its Host or its Origin differs. Pure.
 */
export function checkRequest(kind: RequestKind, facts: RequestFacts): RequestRefusal | undefined {
  const { method, host, origin, site, contentType } = facts;
  if (host === undefined || !loopback.test(host)) return { status: 421, error: "wrong-host" };
  if (!methods[kind].includes(method)) return { status: 405, error: "wrong-method" };
  const isOwnOrigin = origin === `http://${host}`;
  const mayLackOrigin = kind === "page" || kind === "api";
  if (origin === undefined ? !mayLackOrigin : !isOwnOrigin) return { status: 403, error: "wrong-origin" };
  if (kind !== "page" && site !== undefined && site !== "same-origin") {
    return { status: 403, error: "wrong-origin" };
  }
  const isJson = /^application\/json(?:;|$)/i.test(contentType ?? "");
  return kind === "login" && !isJson ? { status: 415, error: "wrong-content-type" } : undefined;
}
