import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PostgresServer, startPostgresServer } from '../postgres/server.ts';
import { makeCertificates, type TestCertificates } from '../testing/certificates.ts';
import { openDatabase } from './database.ts';
import { connectionOf } from './database-tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'database-tls-test-'));
let server: PostgresServer;
let ours: TestCertificates;
let others: TestCertificates;

/** Whether a connection to the host is encrypted; throws where it is refused. */
async function isEncrypted(parameters: string, host = 'localhost'): Promise<boolean> {
  const url = new URL(server.databaseUrl('postgres'));
  url.hostname = host;
  const sql = openDatabase(`${url.href}${parameters && `?${parameters}`}`, { maxConnections: 1 });
  try {
    const [row] = await sql<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return row?.ssl === true;
  } finally {
    await sql.end();
  }
}

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  server = await startPostgresServer({ dataDir, port: 22_432, durable: false });
  ours = await makeCertificates(folder, 'ours', ['localhost']);
  others = await makeCertificates(folder, 'others');
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  for (const file of [ours.certFile, ours.keyFile]) chownSync(file, uid, gid);
  const sql = openDatabase(server.databaseUrl('postgres'), { maxConnections: 1 });
  await sql.unsafe(`alter system set ssl_cert_file = '${ours.certFile}'`);
  await sql.unsafe(`alter system set ssl_key_file = '${ours.keyFile}'`);
  await sql.unsafe('alter system set ssl = on');
  await sql`select pg_reload_conf()`;
  await sql.end();
  await vi.waitFor(async () => expect(await isEncrypted('sslmode=require')).toBe(true), {
    timeout: 10_000,
    interval: 50,
  });
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the connection to PostgreSQL', () => {
  it('is not encrypted unless the URL requires it', async () => {
    expect([await isEncrypted(''), await isEncrypted('sslmode=disable')]).toEqual([false, false]);
  });

  it.each(['require', 'prefer', 'allow'])(
    'is encrypted, without a check of the certificate, with %s',
    async (mode) => {
      expect(await isEncrypted(`sslmode=${mode}`)).toBe(true);
    },
  );

  it('checks the certificate against the given authority, and with verify-full the host name', async () => {
    const ca = encodeURIComponent(ours.caFile);
    expect(await isEncrypted(`sslmode=verify-full&sslrootcert=${ca}`)).toBe(true);
    expect(await isEncrypted(`sslmode=verify-ca&sslrootcert=${ca}`, '127.0.0.1')).toBe(true);
    await expect(isEncrypted(`sslmode=verify-full&sslrootcert=${ca}`, '127.0.0.1')).rejects.toThrow(
      /altnames/,
    );
  });

  it('is refused if another authority, or none that is known, has signed the certificate', async () => {
    const other = encodeURIComponent(others.caFile);
    for (const parameters of [
      `sslmode=verify-full&sslrootcert=${other}`,
      `sslmode=verify-ca&sslrootcert=${other}`,
      // As in libpq: an authority that is given is checked.
      `sslmode=require&sslrootcert=${other}`,
      'sslmode=verify-full',
      'sslmode=verify-full&sslrootcert=system',
    ])
      await expect(isEncrypted(parameters), parameters).rejects.toThrow(/certificate|signature/);
  });
});

it('names the modes where sslmode is unknown', () => {
  expect(() => connectionOf('postgres://127.0.0.1/a?sslmode=strict')).toThrow(/verify-full.*received strict/);
});

it('leaves the rest of the URL unchanged', () => {
  const { address, options } = connectionOf('postgres://u:p@h:1/d?sslmode=disable&application_name=x');
  expect([address, options]).toEqual(['postgres://u:p@h:1/d?application_name=x', { ssl: false }]);
  expect(connectionOf('postgres://a,b/d').address).toBe('postgres://a,b/d');
});
