// The whole platform as `npm start` runs it, with data of its own, for the tests in a browser. PORTAL_TEST_URL names one that runs already.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = ['', 'PLACES_', 'ELDERLY_CARE_', 'SANITATION_', 'SECURITY_', 'CULTURE_', 'COMMUNITY_'];
const startTimeoutMs = 600_000;

export default async function startPlatform({ provide }: TestProject): Promise<() => Promise<void>> {
  const running = process.env.PORTAL_TEST_URL;
  if (running) {
    provide('url', running);
    return async () => {};
  }
  const ports = await freePorts(names.length);
  const folder = mkdtempSync(join(tmpdir(), 'portal-test-'));
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: root,
    env: {
      ...process.env,
      DATA_DIR: folder,
      ...Object.fromEntries(names.map((name, index) => [`${name}PORT`, String(ports[index])])),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await ready(child.stdout, ended);
  provide('url', `http://127.0.0.1:${ports[0]}`);
  return async () => {
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Resolves when the output says so; rejects if the process ends before. */
async function ready(output: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  let text = '';
  const printed = new Promise<void>((resolve) => {
    output.on('data', (chunk) => {
      text = (text + chunk).slice(-10_000);
      if (/^ready$/m.test(text)) resolve();
    });
  });
  const failed = ended.then(() => Promise.reject(new Error(`npm start ended:\n${text}`)));
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`npm start is not ready:\n${text}`)), startTimeoutMs).unref();
  });
  failed.catch(() => {});
  await Promise.race([printed, failed, late]);
}

/** Ports that are free at the same time. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}
