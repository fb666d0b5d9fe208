import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node loads graphql as CommonJS; its ES module copy beside that would be a second, foreign graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['{schema,gateway,subgraphs,scripts,test}/**/*.test.ts'],
    globalSetup: ['test/testkit/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // What waits for something waits as long as a busy machine needs.
    testTimeout: 60_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
