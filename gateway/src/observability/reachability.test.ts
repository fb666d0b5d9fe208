// The states of subgraphs that answer over HTTP and over TLS, that fail, and that are not there.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '@district-graph/kit/testing/certificates';
import { afterAll, expect, it } from 'vitest';
import { Reachability } from './reachability.ts';

const folder = mkdtempSync(join(tmpdir(), 'reachability-'));
const servers: Server[] = [];

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

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

it('tells which subgraphs answer, with a path of health or without', async () => {
  const addresses = new Map([
    ['answers', `http://127.0.0.1:${await portOf(createServer(answers(200)))}/graphql`],
    ['hasNoSuchPath', `http://127.0.0.1:${await portOf(createServer(answers(404)))}/graphql`],
    ['leadsAway', `http://127.0.0.1:${await portOf(createServer(answers(302)))}/graphql`],
    ['fails', `http://127.0.0.1:${await portOf(createServer(answers(503)))}/graphql`],
    ['isAway', 'http://127.0.0.1:1/graphql'],
  ]);
  expect(await new Reachability(() => addresses, null).check()).toEqual({
    answers: 'up',
    hasNoSuchPath: 'up',
    leadsAway: 'up',
    fails: 'down',
    isAway: 'down',
  });
});

it('takes for up, over TLS, whose certificate is of the authority that subgraphs are checked by', async () => {
  const { ca, certFile, keyFile } = await makeCertificates(folder, 'subgraph');
  const server = createSecureServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    answers(200),
  );
  const addresses = new Map([['secure', `https://127.0.0.1:${await portOf(server)}/graphql`]]);
  expect(await new Reachability(() => addresses, ca).check()).toEqual({ secure: 'up' });
  expect(await new Reachability(() => addresses, null).check()).toEqual({ secure: 'down' });
});

it('takes a subgraph for down that lives but says itself that it is not ready', async () => {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/health/live' ? 200 : 503).end(),
  );
  const addresses = new Map([['withoutDatabase', `http://127.0.0.1:${await portOf(server)}/graphql`]]);
  expect(await new Reachability(() => addresses, null).check()).toEqual({ withoutDatabase: 'down' });
});
