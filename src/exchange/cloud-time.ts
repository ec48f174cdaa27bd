const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** The time as RFC 3339 has it, in UTC and with six digits of the second. */
export function formatTime(timestampUs: number): string {
  const seconds = Math.floor(timestampUs / 1_000_000);
  const micros = String(timestampUs - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${micros}Z`;
}

/** Microseconds since 1970 of an RFC 3339 time, cut to the microsecond; `undefined` of no such. */
export function parseTime(text: string): number | undefined {
  const [, second, fraction = '', zone] = rfc3339.exec(text.toUpperCase()) ?? [];
  if (second === undefined || zone === undefined) return undefined;
  const ms = Date.parse(`${second}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
