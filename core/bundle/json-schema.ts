/**
 * @module
 */
import { z } from 'zod';
import { manifestSchema } from './manifest.ts';

/** The manifest's schema as JSON Schema 2020-12 text; the file in `schemas/` is this, to the byte. */
export function manifestJsonSchema(): string {
  const schema = z.toJSONSchema(manifestSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'agentv-opik.manifest.v1', ...schema }, null, 2)}\n`;
}
