import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{schema,gateway,subgraphs,scripts,test}/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
