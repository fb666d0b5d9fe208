// The tests in a real browser, which `.ci/portal` runs: `npm test` needs nothing but Node and npm.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['*.browser.ts'],
    globalSetup: ['platform.ts'],
    // One platform, on which bookings are made one after the other.
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
