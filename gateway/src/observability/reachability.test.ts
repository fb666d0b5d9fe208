import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '@district-graph/kit/testing/certificates';
import { afterAll, expect, it } from 'vitest';
import type { HealthCheck } from '../fetching/subgraphs.ts';
import { Reachability } from './reachability.ts';

const folder = mkdtempSync(join(tmpdir(), 'reachability-'));
const servers: Server[] = [];

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A check of a health path at an address. */
const at = (address: string, isStrict = false): HealthCheck => ({
  url: new URL('/health/ready', address),
  isStrict,
});

const answers =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { location: '/elsewhere' }).end();

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true, force: true });
});

it('reports which subgraphs answer, with or without a health path', async () => {
  const addresses = new Map<string, HealthCheck | null>([
    ['answers', at(`http://127.0.0.1:${await portOf(createServer(answers(200)))}`)],
    ['hasNoHealthPath', at(`http://127.0.0.1:${await portOf(createServer(answers(404)))}`)],
    ['redirects', at(`http://127.0.0.1:${await portOf(createServer(answers(302)))}`)],
    ['fails', at(`http://127.0.0.1:${await portOf(createServer(answers(503)))}`)],
    ['hasNoForeignPath', at(`http://127.0.0.1:${await portOf(createServer(answers(404)))}`, true)],
    ['isNotChecked', null],
    ['isUnreachable', at('http://127.0.0.1:1')],
  ]);
  expect(await new Reachability(() => addresses, null).check()).toEqual({
    answers: 'up',
    hasNoHealthPath: 'up',
    redirects: 'up',
    fails: 'down',
    hasNoForeignPath: 'down',
    isNotChecked: 'unchecked',
    isUnreachable: 'down',
  });
});

it('reports a subgraph over TLS as up only if its certificate is trusted', async () => {
  const { ca, certFile, keyFile } = await makeCertificates(folder, 'subgraph');
  const server = createSecureServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    answers(200),
  );
  const addresses = new Map([['secure', at(`https://127.0.0.1:${await portOf(server)}`)]]);
  expect(await new Reachability(() => addresses, ca).check()).toEqual({ secure: 'up' });
  expect(await new Reachability(() => addresses, null).check()).toEqual({ secure: 'down' });
});

it('reports a subgraph as down that is live but not ready', async () => {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/health/live' ? 200 : 503).end(),
  );
  const addresses = new Map([['withoutDatabase', at(`http://127.0.0.1:${await portOf(server)}`)]]);
  expect(await new Reachability(() => addresses, null).check()).toEqual({ withoutDatabase: 'down' });
});
