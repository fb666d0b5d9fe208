import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '../config/subgraph-config.ts';
import { makeCertificates, type TestCertificates } from '../testing/certificates.ts';
import { type GraphQLServer, serveGraphQL } from './graphql-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-test-'));
const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
const logged: Record<string, unknown>[] = [];
let first: TestCertificates;
let second: TestCertificates;
let server: GraphQLServer;

beforeAll(async () => {
  first = await makeCertificates(folder, 'first');
  second = await makeCertificates(folder, 'second');
  copyFileSync(first.certFile, files.certFile);
  copyFileSync(first.keyFile, files.keyFile);
  server = await serveGraphQL(
    {
      answer: async () => ({ executed: true, body: '{"data":{}}' }),
      checkReady: async () => ({}),
      maxBodyBytes: 10_000,
      tls: files,
      log: (event) => logged.push(event),
    },
    0,
    '127.0.0.1',
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const requestWith = (ca: string): Promise<{ status: number; security: string | undefined }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path: '/graphql',
        method: 'POST',
        ca,
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        response.resume();
        const security = response.headers['strict-transport-security'];
        resolve({ status: response.statusCode ?? 0, security });
      },
    );
    outgoing.on('error', reject);
    outgoing.end('{"query":"{ a }"}');
  });

it('is used, and browsers must use it from then on', async () => {
  expect(await requestWith(first.ca)).toEqual({
    status: 200,
    security: 'max-age=63072000; includeSubDomains',
  });
  await expect(requestWith(second.ca)).rejects.toThrow(/verify|signature|issuer/);
});

it('is not accepted in versions before 1.2', async () => {
  const outcome = await new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: server.port,
      ca: first.ca,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    socket.on('secureConnect', () => resolve('connected'));
    socket.on('error', () => resolve('refused'));
  });
  expect(outcome).toBe('refused');
});

it('is used with a renewed certificate as soon as there is one; an invalid one changes nothing', async () => {
  writeFileSync(files.certFile, 'no certificate');
  const refused = 'certificate not reloaded, the last good one stays';
  await vi.waitFor(() => expect(logged.map(({ event }) => event)).toContain(refused), {
    timeout: 20_000,
    interval: 20,
  });
  expect((await requestWith(first.ca)).status).toBe(200);
  copyFileSync(second.certFile, files.certFile);
  copyFileSync(second.keyFile, files.keyFile);
  await vi.waitFor(async () => expect((await requestWith(second.ca)).status).toBe(200), {
    timeout: 20_000,
    interval: 20,
  });
});

it('needs both files, and reports the missing one', () => {
  const settings = (env: NodeJS.ProcessEnv) =>
    readConfig('places', 4001, { PLACES_DATABASE_URL: 'postgres://127.0.0.1/places', ...env }).tls;
  expect(settings({})).toBeNull();
  expect(settings({ PLACES_TLS_CERT_FILE: files.certFile, PLACES_TLS_KEY_FILE: files.keyFile })).toEqual(
    files,
  );
  expect(() => settings({ PLACES_TLS_CERT_FILE: files.certFile })).toThrow(/both/);
  expect(() =>
    settings({ PLACES_TLS_CERT_FILE: files.certFile, PLACES_TLS_KEY_FILE: '/nowhere.pem' }),
  ).toThrow(/PLACES_TLS_KEY_FILE/);
});
