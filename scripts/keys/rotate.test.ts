// npm run keys:rotate as an operator runs it, on a database with values of an earlier key.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { type Elder, encryptedElder } from '@district-graph/elderly-care/elder';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { newId } from '@district-graph/kit/database/ids';
import { encryptedPrefix } from '@district-graph/kit/encryption/encrypted-values';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import { startSubgraph } from '@district-graph/kit/subgraph';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { type Answer, emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../command-line/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-keys-'));
const secrets = { one: Buffer.alloc(32, 1), two: Buffer.alloc(32, 2), three: Buffer.alloc(32, 3) };
const ring = (...ids: (keyof typeof secrets)[]) => new Keyring(new Map(ids.map((id) => [id, secrets[id]])));
let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  database = await emptyDatabase(elderlyCare);
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const run = (ids: (keyof typeof secrets)[], ...args: string[]) =>
  runCommand('keys:rotate', args, {
    ELDERLY_CARE_DATABASE_URL: database.url,
    ELDERLY_CARE_KEYS: ids.map((id) => `${id}:${secrets[id].toString('base64url')}`).join(),
    DATA_DIR: folder,
  });

/** Sends an operation to a replica that has these keys. */
async function request(keyring: Keyring, query: string, variables: Record<string, unknown>) {
  const replica = await startSubgraph(elderlyCare, {
    databaseUrl: database.url,
    port: 0,
    keyring,
    identity: testIdentity,
    log: () => {},
  });
  try {
    const response = await fetch(replica.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...trusted },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  } finally {
    await replica.stop();
  }
}

const register = (keyring: Keyring, name: string) =>
  request(
    keyring,
    'mutation ($input: RegisterElderInput!) { registerElder(input: $input) { __typename ... on Elder { phone } } }',
    {
      input: {
        divisionCode: '410105007003',
        name,
        idNumber: '410105194912310020',
        phone: '00000000001',
        address: '郑州市金水区南阳路街道 示例路 1 号',
        livingArrangement: 'ALONE',
        idempotencyKey: 'once',
      },
    },
  );

describe('npm run keys:rotate', () => {
  it('re-encrypts everything with the new key, and reports what still needs an earlier key until nothing does', async () => {
    const first = await register(ring('one'), '示例老人');
    expect(first.data.registerElder).toEqual({ __typename: 'Elder', phone: '000****0001' });
    for (let nth = 0; nth < 3; nth += 1)
      await insertElder(database.sql, { id: newId('410105'), divisionCode: '410105007003' }, ring('one'));

    const { code, output } = await run(['two', 'one'], 'elderly-care');
    expect(code).toBe(0);
    expect(output).toContain('elderly-care elder：以密钥 two 重新加密 4 行');
    expect(output).toMatch(/still needed for 1 answers of mutations of the last 24 hours, until \d{4}-/);
    const rows = await database.sql<Elder[]>`select * from elder`;
    for (const { phone, address, livingArrangement } of rows)
      for (const encrypted of [phone, address, livingArrangement])
        if (encrypted) expect(encrypted.startsWith(encryptedPrefix(ring('two'), 'columns'))).toBe(true);
    for (const row of rows)
      expect(encryptedElder.decrypt(ring('two'), row, 'livingArrangement')).toBe('ALONE');

    // The same request again gets its first response; another request finds the registered elder.
    expect(await register(ring('two', 'one'), '示例老人')).toEqual(first);
    expect((await register(ring('two', 'one'), '另一人')).errors?.[0]?.extensions.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    await database.sql`delete from idempotency_key`;
    expect((await run(['two', 'one'], 'elderly-care')).output).toMatch(
      /elder：以密钥 two 重新加密 0 行[\s\S]*Nothing is encrypted with one\. [\s\S]*Only a key that was in use before two can be removed/,
    );
    const again = await register(ring('two'), '示例老人');
    expect(again.data.registerElder).toEqual({ __typename: 'ElderAlreadyRegistered' });
  });

  it('does not reuse a stored response whose key was removed', async () => {
    expect((await register(ring('one'), '示例老人')).errors?.[0]?.extensions.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('reports that a key is no longer needed after its last values were re-encrypted', async () => {
    const elder = { id: newId('410105'), divisionCode: '410105007003' };
    await insertElder(database.sql, elder, ring('one'));
    await database.sql`delete from idempotency_key`;
    const { output } = await run(['two', 'one'], 'elderly-care');
    expect(output).toMatch(/重新加密 1 行[\s\S]*Done: one can be removed from ELDERLY_CARE_KEYS/);
    expect(output).not.toContain('Nothing is encrypted');
    await database.sql`delete from elder where id = ${elder.id}`;
  });

  it('never reports a new key at the end of the ring as unneeded, and says what to do next', async () => {
    await database.sql`delete from idempotency_key`;
    const { code, output } = await run(['two', 'three'], 'elderly-care');
    expect(code).toBe(0);
    expect(output).toMatch(
      /Nothing is encrypted with three\. If it is the new key, it is not in use yet: move it to the front of ELDERLY_CARE_KEYS/,
    );
    expect(output).not.toContain('Done');
    expect(output).not.toContain('three can be removed');
  });

  it('is refused for an unknown subgraph, and explains how keys are rotated', async () => {
    const { code, errorOutput } = await run(['one'], 'nowhere');
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/elderly-care[\s\S]*restart every replica/);
  });
});
