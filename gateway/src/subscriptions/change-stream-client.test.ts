import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates, type TestCertificates } from '@district-graph/kit/testing/certificates';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ChangeStreamClient } from './change-stream-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'change-stream-'));
const event = { type: 'Visit', id: '1' };
let certificates: TestCertificates;
let server: Server;
let answer: RequestListener;
let source: ChangeStreamClient;
const log = vi.fn();

beforeAll(async () => {
  certificates = await makeCertificates(folder, 'subgraph');
  const { certFile, keyFile } = certificates;
  server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (request, response) =>
    answer(request, response),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  source.close();
  server.closeAllConnections();
  log.mockClear();
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function subscribe(ca: string | null) {
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  source = new ChangeStreamClient('care', () => ({ url, ca, headers: { 'x-known': 'yes' } }), log);
  const listener = { onChange: vi.fn(), onDisconnected: vi.fn(), onReset: vi.fn() };
  source.subscribe(listener);
  return listener;
}

it('reads the change stream of a subgraph whose certificate is trusted', async () => {
  answer = (request, response) => {
    expect([request.url, request.headers['x-known']]).toEqual(['/changes', 'yes']);
    response.write('id: 0.1\n\n');
    // Split within a character.
    const bytes = Buffer.from(`id: 0.2\ndata: ${JSON.stringify({ ...event, note: '郑州' })}\n\n`);
    response.write(bytes.subarray(0, -8));
    setImmediate(() => response.write(bytes.subarray(-8)));
  };
  const { onChange } = subscribe(certificates.ca);
  expect(await source.currentCursor()).toBe('0.1');
  await expect.poll(() => onChange.mock.calls).toEqual([[{ ...event, note: '郑州' }]]);
  expect(source.isDisconnected).toBe(false);
});

it('rejects a subgraph whose certificate is not trusted', async () => {
  answer = (_request, response) => response.write('id: 0.1\n\n');
  const { onDisconnected } = subscribe(null);
  await expect.poll(() => onDisconnected.mock.calls.length).toBe(1);
  expect(log).toHaveBeenCalledExactlyOnceWith({
    event: 'change stream disconnected',
    subgraph: 'care',
    error: expect.stringMatching(/CERT|SIGNATURE/),
  });
});

it('follows no redirect', async () => {
  answer = (request, response) =>
    request.url === '/changes'
      ? response.writeHead(302, { location: '/other' }).end()
      : response.end('id: 9.9\n\n');
  const { onDisconnected } = subscribe(certificates.ca);
  await expect.poll(() => onDisconnected.mock.calls.length).toBe(1);
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ error: 'status 302' }));
});

it('reports a stream that restarted before the last cursor', async () => {
  answer = (_request, response) => response.end('id: 9.1\n\n');
  const { onReset } = subscribe(certificates.ca);
  expect(await source.currentCursor()).toBe('9.1');
  expect(onReset).not.toHaveBeenCalled();
  answer = (request, response) => {
    expect(request.url).toBe('/changes?after=9.1');
    response.write('id: 2.1\n\n');
  };
  await expect.poll(() => onReset.mock.calls.length, { timeout: 5000 }).toBe(1);
  expect(await source.currentCursor()).toBe('2.1');
});
