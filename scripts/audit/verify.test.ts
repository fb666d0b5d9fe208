// npm run audit:verify as an operator runs it: its output and exit code.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessAnchors, anchorsFile } from '@district-graph/kit/access-log/anchors';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { columnsOf } from '@district-graph/kit/database/database';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import {
  careWorker,
  causeOf,
  elder,
  type KitDatabase,
  kitDatabase,
  tampering,
} from '@district-graph/kit/testing/access-records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../command-line/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-audit-'));
const subgraph = 'elderly-care';
const secret = Buffer.alloc(32, 'audit');
let database: KitDatabase;
beforeAll(async () => {
  database = await kitDatabase('audit_verify');
  const keyring = new Keyring(new Map([['one', secret]]));
  const records = new AccessRecords({ sql: database.sql, keyring, log: () => {} });
  for (let number = 1; number <= 10; number += 1)
    await records.disclose(causeOf(careWorker('li')), [elder(number)]);
  await records.stop();
  const options = { sql: database.sql, keyring, subgraph, directory: folder, log: () => {} };
  await new AccessAnchors(options).write();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const env = () => ({
  ELDERLY_CARE_DATABASE_URL: database.url,
  DATA_DIR: folder,
  ACCESS_ANCHORS_DIR: '',
  ELDERLY_CARE_KEYS: `one:${secret.toString('base64url')}`,
});
const run = (...args: string[]) => runCommand('audit:verify', args, env());

describe('npm run audit:verify', () => {
  it('finds no fault in an unchanged chain, with the anchors of the data directory', async () => {
    const { code, output } = await run('--subgraph', subgraph);
    expect(output).toMatch(
      /^elderly-care: 10 条记录 records，末条 the last elderly-care:10:[\da-f]{64}；1 个锚点/,
    );
    expect(output).toContain('无误');
    expect(code).toBe(0);
  });

  it('accepts an anchor in the form that it prints, and detects records that were cut off before it', async () => {
    const [anchor = ''] =
      /elderly-care:10:[\da-f]{64}/.exec((await run('--subgraph', subgraph)).output) ?? [];
    expect((await run('--subgraph', subgraph, '--anchor', anchor)).code).toBe(0);
    const later = anchor.replace(':10:', ':12:');
    const { code, output } = await run('--subgraph', subgraph, '--anchor', later);
    expect([code, output]).toEqual([1, expect.stringContaining('#11–12 TRUNCATED：尾部被截去')]);
  });

  it('reports that there is no anchor', async () => {
    const empty = join(folder, 'empty.jsonl');
    writeFileSync(empty, '');
    const { code, output } = await run('--subgraph', subgraph, '--anchors', empty);
    expect([code, output]).toEqual([0, expect.stringContaining('没有锚点')]);
  });

  it('detects a forged anchor', async () => {
    const forged = join(folder, 'forged.jsonl');
    writeFileSync(
      forged,
      `${JSON.stringify({ subgraph, sequence: 1, hash: 'ab', at: '', keyId: 'one', mac: 'cd' })}\n`,
    );
    const { code, output } = await run('--subgraph', subgraph, '--anchors', forged);
    expect([code, output]).toEqual([1, expect.stringContaining('forged.jsonl:1 锚点伪造')]);
  });

  it.each([
    [['--subgraph', 'nowhere'], '没有子图 nowhere'],
    [['--anchor', 'elderly-care:x:y'], 'is not an anchor'],
    [['--anchors', join(folder, 'none')], '没有文件'],
    [['--limit', '0'], '--limit'],
  ])('rejects %j and prints its usage', async (args, errorOutput) => {
    const refused = await run(...args);
    expect([refused.code, refused.errorOutput]).toEqual([1, expect.stringContaining(errorOutput)]);
    expect(refused.errorOutput).toContain('usage');
  });

  it('reports that ACCESS_ANCHORS_DIR has no anchor file', async () => {
    const { code, errorOutput } = await runCommand('audit:verify', ['--subgraph', subgraph], {
      ...env(),
      ACCESS_ANCHORS_DIR: join(folder, 'nowhere'),
    });
    expect([code, errorOutput]).toEqual([1, expect.stringContaining('in ACCESS_ANCHORS_DIR')]);
  });

  it('detects by the anchors that records are missing in an older copy and in an emptied table', async () => {
    for (const [kept, missing] of [
      [7, '#8–10 TRUNCATED'],
      [0, '#1–10 TRUNCATED'],
    ] as const) {
      const copy = await kitDatabase(`audit_verify_${kept}`);
      try {
        const rows =
          await database.sql`select * from access_record where sequence <= ${kept} order by sequence`;
        for (const row of rows) await copy.sql`insert into access_record ${copy.sql(columnsOf(row))}`;
        const { code, output } = await runCommand('audit:verify', ['--subgraph', subgraph], {
          ...env(),
          ELDERLY_CARE_DATABASE_URL: copy.url,
        });
        expect([code, output]).toEqual([1, expect.stringContaining(missing)]);
      } finally {
        await copy.drop();
      }
    }
  });

  it('lists the first faults, and the number of the others', async () => {
    await tampering(
      database.sql,
      (sql) => sql`update access_record set viewer = 'x' where sequence in (2, 4, 6)`,
    );
    await tampering(database.sql, (sql) => sql`delete from access_record where sequence = 9`);
    const { code, output } = await run(
      '--subgraph',
      subgraph,
      '--limit',
      '3',
      '--anchors',
      join(folder, anchorsFile),
    );
    expect(code).toBe(1);
    expect(output.split('\n').slice(1, -1)).toEqual([
      '  #2 CHANGED：内容被改动。 changed after it was written.',
      '  #4 CHANGED：内容被改动。 changed after it was written.',
      '  #9 MISSING：缺失。 missing.',
      '  另有 1 处。 1 more.',
    ]);
  });
});
