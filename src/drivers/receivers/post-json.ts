import { errorMessage } from "../../text/error-message.ts";

/**
 * Sends a value as JSON by POST. Returns undefined once the receiver has taken it (a status of 200 to 299), or the reason
 * in words. Follows no redirect: a browser would repeat it as a GET without the body (fetch standard, 4.4).
 */
export async function postJson(url: string, value: unknown, timeoutMs: number): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "mosaic-fleet" },
      body: JSON.stringify(value),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered with ${response.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError")
      return `it did not answer within ${timeoutMs / 1000} s`;
    // fetch says "fetch failed", and its cause says why. Neither names the address, which may be a secret.
    return errorMessage(error instanceof Error && error.cause !== undefined ? error.cause : error);
  }
}
