import { createHash, randomBytes } from "node:crypto";

/** The time until an unused token is worthless, ms. */
export const tokenLifeMs = 10 * 60_000;
/** The time until a session ends, ms. */
export const sessionLifeMs = 12 * 60 * 60_000;
/** The largest number of sessions and of unused tokens. The oldest one ends for a new one. */
const most = 64;

/**
 * The two halves of a session. A browser sends the cookie to every port of this machine, so the cookie alone opens
 * nothing. The key is in the storage of the page, which belongs to one port. A script in the page cannot read the cookie.
 */
interface SessionHalves {
  readonly cookie: string;
  readonly key: string;
}

/** The tokens and sessions of one server, in memory: they end with it. */
export interface Sessions {
  /** Returns a new token, which opens one session. */
  issue(nowMs: number): string;
  /** Opens a session with a token, and uses the token up; undefined for an unknown, used or old one. */
  redeem(token: string, nowMs: number): SessionHalves | undefined;
  /** Returns the end of a session, ms since the epoch; undefined if the halves open none. */
  endOf(halves: Partial<SessionHalves>, nowMs: number): number | undefined;
}

/** Returns a memory without sessions. It keeps digests, and finds by digest, so the time of a search tells nothing. */
export function createSessions(random: () => string = secret): Sessions {
  const tokens = new Map<string, number>();
  const sessions = new Map<string, number>();
  return {
    issue(nowMs) {
      const token = random();
      remember(tokens, secretDigest(token), nowMs + tokenLifeMs, nowMs);
      return token;
    },
    redeem(token, nowMs) {
      const id = secretDigest(token);
      const ends = tokens.get(id);
      tokens.delete(id);
      if (ends === undefined || ends <= nowMs) return undefined;
      const halves: SessionHalves = { cookie: random(), key: random() };
      remember(sessions, idOf(halves), nowMs + sessionLifeMs, nowMs);
      return halves;
    },
    endOf({ cookie, key }, nowMs) {
      if (cookie === undefined || key === undefined) return undefined;
      const ends = sessions.get(idOf({ cookie, key }));
      return ends === undefined || ends <= nowMs ? undefined : ends;
    },
  };
}

/** Adds an entry, and removes the ended ones, and the oldest if there are too many. */
function remember(entries: Map<string, number>, id: string, ends: number, nowMs: number): void {
  for (const [each, end] of entries) if (end <= nowMs) entries.delete(each);
  for (const [each] of entries) {
    if (entries.size < most) break;
    entries.delete(each);
  }
  entries.set(id, ends);
}

function idOf({ cookie, key }: SessionHalves): string {
  return secretDigest(`${secretDigest(cookie)}${secretDigest(key)}`);
}

function secretDigest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Returns 256 random bits. */
function secret(): string {
  return randomBytes(32).toString("base64url");
}
