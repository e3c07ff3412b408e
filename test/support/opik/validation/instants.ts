/** ISO time in UTC as Java's Instant prints it: 0, 3, 6 or 9 digits of fraction. */
export type Instant = string;

const FORM =
  /^([+-]?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/i;
const BILLION = 1_000_000_000n;

/** Text with a zone, or a number of epoch seconds; undefined for anything else. */
export function parseInstant(value: unknown): Instant | undefined {
  if (typeof value === 'number') return fromSeconds(value);
  if (typeof value !== 'string') return undefined;
  const match = FORM.exec(value);
  if (match === null) return undefined;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '00',
    fraction = '',
    zone = 'Z',
  ] = match;
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(wall)) return undefined;
  const seconds = BigInt(Math.floor(wall / 1000)) - BigInt(offsetSeconds(zone));
  return fromNanos(seconds * BILLION + BigInt(fraction.padEnd(9, '0')));
}

/** Nanoseconds since 1970. */
export function nanosOf(instant: Instant): bigint {
  const dot = instant.indexOf('.');
  const whole = dot < 0 ? instant.slice(0, -1) : instant.slice(0, dot);
  const fraction = dot < 0 ? '' : instant.slice(dot + 1, -1);
  return (
    BigInt(Math.floor(Date.parse(`${whole}Z`) / 1000)) * BILLION + BigInt(fraction.padEnd(9, '0') || '0')
  );
}

/** Milliseconds between two times, to the microsecond. Negative when the end is before the start. */
export function durationMs(start: Instant, end: Instant): number {
  return Number((nanosOf(end) - nanosOf(start)) / 1000n) / 1000;
}

const MAX_NANOS = nanosOf('2262-04-11T23:47:16Z');

export function inRange(instant: Instant): boolean {
  const nanos = nanosOf(instant);
  return nanos >= 0n && nanos <= MAX_NANOS;
}

function fromSeconds(value: number): Instant | undefined {
  if (!Number.isFinite(value) || Math.abs(value) > 8.64e12) return undefined;
  const whole = Math.floor(value);
  return fromNanos(BigInt(whole) * BILLION + BigInt(Math.round((value - whole) * 1e9)));
}

function offsetSeconds(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60);
}

function fromNanos(nanos: bigint): Instant {
  const seconds = (nanos - (((nanos % BILLION) + BILLION) % BILLION)) / BILLION;
  const fraction = String(nanos - seconds * BILLION).padStart(9, '0');
  const iso = new Date(Number(seconds) * 1000).toISOString();
  const base = iso.slice(0, iso.indexOf('.'));
  return `${base}${shortFraction(fraction)}Z`;
}

function shortFraction(nine: string): string {
  if (nine === '000000000') return '';
  if (nine.endsWith('000000')) return `.${nine.slice(0, 3)}`;
  if (nine.endsWith('000')) return `.${nine.slice(0, 6)}`;
  return `.${nine}`;
}
