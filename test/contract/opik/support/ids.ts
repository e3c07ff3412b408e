import { randomBytes } from 'node:crypto';

/** A UUIDv7 of that time, otherwise random. */
export function v7(time = Date.now()): string {
  return uuid(time, '7');
}

/** A UUID of the wrong version. */
export function v4(): string {
  return uuid(Date.now(), '4');
}

function uuid(time: number, version: string): string {
  const stamp = time.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = (8 + (Number.parseInt(random.charAt(4), 16) % 4)).toString(16);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${version}${random.slice(0, 3)}-${variant}${random.slice(5, 8)}-${random.slice(8, 20)}`;
}
