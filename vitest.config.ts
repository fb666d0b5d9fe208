import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node loads graphql as CommonJS. Its ES module build would be a second instance, which graphql rejects.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['{schema,client,gateway,subgraphs,portal,scripts,test,examples}/**/*.test.ts'],
    globalSetup: ['test/testkit/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Long enough for a busy machine.
    testTimeout: 60_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
