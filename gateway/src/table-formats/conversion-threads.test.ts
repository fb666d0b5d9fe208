import { afterAll, expect, it } from 'vitest';
import { tablesOf } from '../testing/tables/layouts.ts';
import { ConversionThreads } from './conversion-threads.ts';
import type { TableSpec } from './table-spec.ts';

const threads = new ConversionThreads();
afterAll(() => threads.close());

const query = '{ rows { code } }';
const spec: TableSpec = {
  format: 'csv',
  headers: 'path',
  tables: [tablesOf('type Query { rows: [Row] } type Row { code: ID }', query).tableAt('rows')],
  isCompressed: false,
  about: { title: '', query, variables: '', answeredAt: '', source: '', errors: [] },
};
const bodyOf = (rows: number) =>
  Buffer.from(JSON.stringify({ data: { rows: Array.from({ length: rows }, (_row, code) => ({ code })) } }));

const textOf = async (pieces: AsyncGenerator<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
};

it('takes the pieces of several conversions in turn, and charges each for its own time', async () => {
  let [longMs, shortMs] = [0, 0];
  const long = await threads.start(spec, (ms) => {
    longMs += ms;
  });
  const pieces = long.add(bodyOf(200_000));
  const first = await pieces.next();
  expect(first.value?.length).toBeLessThan(100_000);
  const short = await threads.start(spec, (ms) => {
    shortMs += ms;
  });
  expect((await textOf(short.add(bodyOf(2)))) + (await textOf(short.finish()))).toBe(
    '\ufeffcode\r\n0\r\n1\r\n',
  );
  short.close();
  const rest = await textOf(pieces);
  const text = Buffer.from(first.value ?? []).toString() + rest + (await textOf(long.finish()));
  expect(text.split('\r\n')).toHaveLength(200_002);
  expect(longMs).toBeGreaterThan(shortMs);
  expect(shortMs).toBeGreaterThan(0);
  long.close();
});

it('rejects an answer that is no JSON, and goes on with others', async () => {
  const broken = await threads.start(spec, () => {});
  await expect(textOf(broken.add(Buffer.from('{"data":{"rows":[{"code":"1}]}}')))).rejects.toThrow(
    /incomplete/,
  );
  broken.close();
  const good = await threads.start(spec, () => {});
  expect(await textOf(good.add(bodyOf(1)))).toBe('');
  expect(await textOf(good.finish())).toContain('0\r\n');
  good.close();
  await expect(textOf(good.finish())).rejects.toThrow(/not open/);
});

it('starts nothing once it is closed', async () => {
  const closed = new ConversionThreads();
  await closed.close();
  await expect(closed.start(spec, () => {})).rejects.toThrow(/stopping/);
});
