import { defineConfig } from 'vitest/config';

const url = process.env.OPIK_URL_OVERRIDE;
if (url === undefined || url === '') {
  throw new Error(
    'OPIK_URL_OVERRIDE is not set. This run checks the contract on a real Opik: set it to the API base, such as ' +
      'http://localhost:5173/api, and OPIK_API_KEY and OPIK_WORKSPACE where the server needs them.',
  );
}

/** The contract suite on a real Opik. It works in a project with a random name, and removes that project afterwards. */
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/contract/opik/**/*.test.ts'],
    // These two look into the state of the stand-in.
    exclude: ['test/contract/opik/stand-in.test.ts', 'test/contract/opik/sdk-cross-check.test.ts'],
    env: { AGENTV_OPIK_CONTRACT: 'real' },
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    reporters: ['verbose'],
  },
});
