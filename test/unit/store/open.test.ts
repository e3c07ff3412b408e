import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const INDEX = new URL('../../../core/store/index.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The modules of the AWS SDK that a fresh process has loaded after opening a store. */
async function sdkModulesAfterOpening(uri: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { openStore } = await import(${JSON.stringify(INDEX)});
    await openStore(${JSON.stringify(uri)});
    console.log(JSON.stringify(loaded.filter((url) => url.includes('/node_modules/@aws-sdk/'))));
  `;
  const run = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
  });
  return JSON.parse(run.stdout);
}

describe('openStore', () => {
  it('loads the AWS SDK for a bucket alone', async () => {
    expect(await sdkModulesAfterOpening('s3://team-evals/agentv')).not.toEqual([]);
    expect(await sdkModulesAfterOpening('/srv/bundles')).toEqual([]);
  });
});
