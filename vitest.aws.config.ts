import { defineConfig } from 'vitest/config';

/** The serverless half on an emulator of AWS; started by `npm run test:aws`, which says by variables on which one. */
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/aws/suite/**/*.test.ts'],
    // One stack, one Opik: the files take turns.
    fileParallelism: false,
    globalSetup: ['test/support/aws/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    pool: 'forks',
  },
});
