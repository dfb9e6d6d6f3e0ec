/** The time that an agent has to end if nothing else is declared, ms: TimeoutStopSec= of the template. */
export const defaultStopTimeoutMs = 20_000;
