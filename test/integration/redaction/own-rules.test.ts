/**
 * A team's own rules, from `.agentv/opik.yaml` through upload and ingest to the stand-in.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileStore } from '../../../core/store/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { storedText } from '../../support/stored-text.ts';
import { makeProject, type Project } from '../../unit/cli/harness.ts';

const ALLOWED = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const FOUND = ['AKIA', 'QYLPMN5HNXAK7BZQ'].join('');
/** A value that no built-in rule knows: words, as people choose them. */
const SHOP_VALUE = 'correct horse/battery&staple';
const ENV = { SHOP_SEED: SHOP_VALUE };

const SETTINGS = `
redact_env: [SHOP_SEED]
redact_strings:
  - Globex Corporation
  - { value: initech, ignore_case: true }
redact_keys: [favourite_colour]
redact_patterns:
  - { id: customer-number, pattern: "CN-[0-9]{6}" }
redact_allow: [${ALLOWED}]
redact_personal: [email]
`;

/** What must be gone, and what must stay. */
const GONE = [
  SHOP_VALUE,
  encodeURIComponent(SHOP_VALUE),
  Buffer.from(SHOP_VALUE).toString('base64').slice(0, -2),
  Buffer.from(SHOP_VALUE).toString('hex'),
  'Globex Corporation',
  'INITECH',
  'CN-123456',
  'ultramarine',
  FOUND,
  'jane.doe@customer-mail.com',
];
const STAY = [ALLOWED, 'CN-12 is short', '91.198.174.192'];

let project: Project;
let opik: OpikStandIn;
beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
  const index = join(project.folder, '.agentv/results/runs/baseline/2026-11-20T10-21-37-666Z/index.jsonl');
  const [first = '', ...rest] = (await readFile(index, 'utf8')).split('\n');
  const row = JSON.parse(first);
  const encoded = Buffer.from(`seed=${SHOP_VALUE};`).toString('base64');
  row.input = [
    {
      role: 'user',
      content: `${SHOP_VALUE}\n${GONE[1]} ${GONE[3]}\n${GONE[2]}\n${encoded}\n${JSON.stringify({ a: SHOP_VALUE })}\nfor Globex Corporation and INITECH`,
    },
  ];
  row.metadata = { favourite_colour: 'ultramarine', customer: 'CN-123456', note: STAY.join(', ') };
  row.output = `${FOUND} jane.doe@customer-mail.com ${STAY.join(', ')}`;
  await writeFile(index, [JSON.stringify(row), ...rest].join('\n'));
});
afterEach(() => Promise.all([project.remove(), opik.close()]));

async function carried(env: Record<string, string>): Promise<string> {
  const world = { env: { ...ENV, ...env, OPIK_URL_OVERRIDE: opik.url } };
  const options = ['--capture', 'redacted', '--policy', 'required', '--verbose', '--json'];
  const upload = await project.cli(['upload', '--store', './bundles', ...options], world);
  expect(upload.exitCode, upload.stderr).toBe(0);
  const ingest = await project.cli(['ingest', JSON.parse(upload.stdout).bundle, ...options], world);
  expect(ingest.exitCode, ingest.stderr).toBe(0);
  const stored = await storedText(createFileStore(join(project.folder, 'bundles')));
  const printed = [upload.stdout, upload.stderr, ingest.stdout, ingest.stderr];
  return [stored, ...printed, ...opik.requests.map(({ body }) => JSON.stringify(body))].join('\n');
}

it('remove what the file names from every byte stored, sent and printed, and leave what it allows', async () => {
  await project.write('.agentv/opik.yaml', SETTINGS);
  const out = await carried({});
  expect(GONE.filter((text) => out.includes(text))).toEqual([]);
  expect(out).not.toMatch(/Y29ycmVjdCBob3JzZ|NvcnJlY3QgaG9yc2|jb3JyZWN0IGhvcnNl/);
  expect(STAY.filter((text) => !out.includes(text))).toEqual([]);
  for (const rule of ['env-shop-seed', 'own-string', 'customer-number'])
    expect(out).toContain(`[REDACTED:${rule}:`);
});

it('may come by variables alone, as to the Lambda function', async () => {
  const out = await carried({
    AGENTV_OPIK_REDACT_ENV: 'SHOP_SEED',
    AGENTV_OPIK_REDACT_STRINGS: '["Globex Corporation",{"value":"initech","ignore_case":true}]',
    AGENTV_OPIK_REDACT_KEYS: 'favourite_colour',
    AGENTV_OPIK_REDACT_PATTERNS: '[{"id":"customer-number","pattern":"CN-[0-9]{6}"}]',
    AGENTV_OPIK_REDACT_ALLOW: ALLOWED,
    AGENTV_OPIK_REDACT_PERSONAL: 'email',
  });
  expect(GONE.filter((text) => out.includes(text))).toEqual([]);
  expect(STAY.filter((text) => !out.includes(text))).toEqual([]);
});

it('would be missed: without them these texts leave', async () => {
  const out = await carried({});
  expect(
    ['Globex Corporation', 'INITECH', 'CN-123456', 'ultramarine'].filter((text) => !out.includes(text)),
  ).toEqual([]);
  expect(out).not.toContain(ALLOWED);
});
