// npm run import as an operator runs it: its output, files and exit code.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { openDatabase } from '@district-graph/kit/database/database';
import { decrypt } from '@district-graph/kit/encryption/encrypted-values';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import { startPostgresServer } from '@district-graph/kit/postgres/server';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './command-line/run-command.ts';
import { reachDatabase } from './databases/subgraph-databases.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-import-cli-'));
let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  database = await emptyDatabase(elderlyCare);
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) =>
  runCommand('import', args, {
    ELDERLY_CARE_DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'keys'),
    ELDERLY_CARE_KEYS: `one:${secret.toString('base64url')}`,
  });

const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const secret = Buffer.alloc(32, 'import');
/** Reads the values with the subgraph's key. */
const workers = async () => {
  const keyring = new Keyring(new Map([['one', secret]]));
  const rows = await database.sql<
    Record<string, string>[]
  >`select * from care_worker order by registration_key`;
  return rows.map((row) => ({
    name: row.name,
    phone: decrypt(keyring, 'columns', `care_worker.phone/${row.id}`, row.phone as string),
  }));
};

const own = written('own.csv', 'registrationKey\n');

describe('npm run import', () => {
  it('lists the imports, and prints a template that it accepts', async () => {
    const { output: list } = await run('--list');
    expect(list).toMatch(/elderly-care\.elder {2}老年人[\s\S]*security\.camera/);
    const { output: template } = await run('--template', 'elderly-care.care-worker');
    expect(template).toMatch(/^\uFEFF工号,标识,区划代码,姓名,/);
    const { code, output } = await run(
      'elderly-care.care-worker',
      written('workers.csv', template),
      '--dry-run',
    );
    expect({ code, dryRun: output.includes('A dry run: nothing was written.') }).toEqual({
      code: 0,
      dryRun: true,
    });
    expect(await workers()).toEqual([]);
  });

  it('exits with 1 for a bad row, reports it masked and writes nothing; with --skip-bad it imports the other rows', async () => {
    const file = written(
      'mixed.csv',
      'registrationKey,divisionCode,name,phone,role,certified,onDuty\n1,410105,张三丰,00000000001,HOME_CARE,是,是\n2,410105,李四光,1380000111x,HOME_CARE,是,是\n',
    );
    const refused = await run('elderly-care.care-worker', file);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('第 3 行 line 3，电话 phone “138****111x”：应为电话号码');
    expect(refused.output).toContain('Nothing was written');
    expect(await workers()).toEqual([]);
    expect(existsSync(`${file}.rejects.csv`)).toBe(false);

    const skipped = await run('elderly-care.care-worker', file, '--skip-bad');
    expect(skipped.code).toBe(0);
    expect(skipped.output).toContain(`${file}.rejects.csv`);
    expect(skipped.output + skipped.errorOutput).not.toMatch(/1380000111x|李四光/);
    expect(await workers()).toEqual([{ name: '张三丰', phone: '00000000001' }]);
    expect(readFileSync(`${file}.rejects.csv`, 'utf8')).toMatch(
      /\r\n3,phone 应为.*2,410105,李四光,1380000111x/,
    );
    if (process.platform !== 'win32') expect(statSync(`${file}.rejects.csv`).mode & 0o777).toBe(0o600);
  });

  it('imports its file of rejected rows once they are corrected, and rejects others of them again', async () => {
    const rejects = written(
      'again.csv',
      '工号,区划代码,姓名,电话,岗位,是否持证,是否在岗\n11,410105,王五,1380000222x,HOME_CARE,是,是\n12,410105,赵六,1380000333x,HOME_CARE,是,是\n',
    );
    await run('elderly-care.care-worker', rejects, '--skip-bad');
    const file = `${rejects}.rejects.csv`;
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^\uFEFF行 line,原因 reason,工号,/);
    writeFileSync(file, text.replace('1380000222x', '00000002222'));
    const partly = await run('elderly-care.care-worker', file, '--skip-bad');
    expect(partly.code).toBe(0);
    expect(partly.output).toContain('Columns that were not read: 行 line, 原因 reason.');
    expect(partly.output).toMatch(/新增 new 1，.*有误 bad 1/);
    const left = readFileSync(`${file}.rejects.csv`, 'utf8');
    expect(left).toMatch(
      /^\uFEFF行 line,原因 reason,工号,[^\n]*\n3,[^\n]*,12,410105,赵六,1380000333x,[^\n]*\n$/,
    );
    writeFileSync(file, left.replace('1380000333x', '00000003333'));
    const wholly = await run('elderly-care.care-worker', file);
    expect(wholly.output).toMatch(/新增 new 1，.*有误 bad 0/);
    expect(await workers()).toEqual(
      expect.arrayContaining([
        { name: '王五', phone: '00000002222' },
        { name: '赵六', phone: '00000003333' },
      ]),
    );
  });

  it.each([
    ['no such import', ['elderly-care.elders', 'x.csv'], /elderly-care\.elder\n/],
    ['no file', ['elderly-care.elder'], /用法 usage/],
    [
      'a file that does not exist',
      ['elderly-care.elder', join(folder, 'nowhere.csv')],
      /没有文件 .*nowhere\.csv。 There is no file /,
    ],
    ['an unsupported encoding', ['elderly-care.elder', 'x.csv', '--encoding', 'big5'], /--encoding/],
    [
      'rejected rows in the file itself',
      ['elderly-care.elder', own, '--rejects', own],
      /expected another file than the one to import/,
    ],
    ['a folder', ['elderly-care.elder', folder], /是文件夹，应为文件.*check the argument /],
    ['a limit that is no number', ['elderly-care.elder', 'x.csv', '--limit', 'all'], /--limit/],
  ])('is refused for %s', async (_reason, args, message) => {
    const { code, errorOutput } = await run(...(args as string[]));
    expect(code).toBe(1);
    expect(errorOutput).toMatch(message as RegExp);
  });
});

it('uses the database server of a running npm start, and starts one only when none is running', async () => {
  const env = { DATA_DIR: join(folder, 'data') };
  const alone = await reachDatabase('elderly-care', env);
  await alone.close();
  const server = await startPostgresServer({ dataDir: env.DATA_DIR, durable: false });
  try {
    const beside = await reachDatabase('elderly-care', env);
    expect(beside.url).toBe(server.databaseUrl('elderly_care'));
    const sql = openDatabase(beside.url, { maxConnections: 1 });
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end();
    await beside.close();
    expect(
      await reachDatabase('elderly-care', { ...env, ELDERLY_CARE_DATABASE_URL: 'postgres://x/y' }),
    ).toMatchObject({
      url: 'postgres://x/y',
    });
  } finally {
    await server.stop();
  }
});
