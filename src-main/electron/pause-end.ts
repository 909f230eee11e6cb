// When a pause asked for in the tray ends: in an hour, or tomorrow at the hour offices open. Pure, but for the time zone.
const OPENING_HOUR = 7;

export function pauseEnd(until: 'hour' | 'tomorrow', now: Date): Date {
  if (until === 'hour') return new Date(now.getTime() + 3_600_000);
  // Midnight may not exist, or come twice, where clocks are changed; the opening hour is the same for people.
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, OPENING_HOUR);
}
