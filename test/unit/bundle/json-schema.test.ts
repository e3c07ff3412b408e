import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { manifestJsonSchema } from '../../../core/bundle/json-schema.ts';

it('is the schema that is published; `npm run schema` writes it anew', async () => {
  expect(await readFile('schemas/manifest.v1.schema.json', 'utf8')).toBe(manifestJsonSchema());
});
