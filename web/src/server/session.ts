/** The place of the page's half of a session. The storage belongs to this port alone. */
const keyName = "fleet-ui-key";

/** Returns the page's half of the session; undefined before the login. */
export function sessionKey(): string | undefined {
  return localStorage.getItem(keyName) ?? undefined;
}

/** Forgets the session. */
export function endSession(): void {
  localStorage.removeItem(keyName);
}

/** The result of a login. */
export type Login = "logged-in" | "wrong-token" | "no-server";

/** Takes the token out of the address, so that it is neither in the history nor on the screen; undefined without one. */
export function takeToken(): string | undefined {
  const token = /^#t=([\w-]+)$/.exec(location.hash)?.[1];
  if (token !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** Logs in with a token. */
export async function logIn(token: string): Promise<Login> {
  try {
    const response = await fetch("/api/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (!response.ok) return "wrong-token";
    const { key } = (await response.json()) as { readonly key: string };
    localStorage.setItem(keyName, key);
    return "logged-in";
  } catch {
    return "no-server";
  }
}
