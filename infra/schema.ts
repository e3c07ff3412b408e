/**
 * Writes `schemas/manifest.v1.schema.json`, so that editors check and explain a manifest.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from '../core/bundle/json-schema.ts';

await writeFile('schemas/manifest.v1.schema.json', manifestJsonSchema());
