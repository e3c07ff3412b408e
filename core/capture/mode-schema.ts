/**
 * Apart from the modes themselves: who only redacts needs no library of schemas.
 *
 * @module
 */
import { z } from 'zod';
import { CAPTURE_MODES } from './mode.ts';

/** A capture mode, as settings, manifests and receipts name it. */
export const captureModeSchema = z.enum(CAPTURE_MODES);
