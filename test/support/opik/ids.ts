import { randomBytes } from 'node:crypto';
import { failure } from './http/reply.ts';

/** A new UUIDv7 of the present time, as the server makes them. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const isV7 = (id: string): boolean => id.charAt(14) === '7';

/** The Unix milliseconds inside a UUIDv7. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Refuses an id that is not version 7. @see IdGenerator.validateVersion */
export function requireV7(id: string, what: string): void {
  if (!isV7(id)) throw failure(400, 'Invalid UUID for id', `${what} id must be a version 7 UUID`);
}

const WINDOW_MS = 24 * 60 * 60 * 1000;

/** Refuses an id whose time is more than 24 h away, as a server with UUID_VALIDATION_ENABLED does. */
export function requireInWindow(id: string, what: string): void {
  const distance = timeOfId(id) - Date.now();
  if (Math.abs(distance) <= WINDOW_MS) return;
  const reason = distance < 0 ? 'TOO_OLD' : 'TOO_NEW';
  throw failure(400, 'Invalid UUID for id', `${what} id is outside of the ingestion window: ${reason}`);
}
