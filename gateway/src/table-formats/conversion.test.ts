import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { readXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { linesOf, tablesOf } from '../testing/tables/layouts.ts';
import { conversionOf } from './conversion.ts';
import type { TableSpec } from './table-spec.ts';

const schema = 'type Query { rows: [Row] } type Row { code: ID name: String count: Int share: Float }';

const specOf = (
  query: string,
  given: Partial<TableSpec> & Pick<TableSpec, 'format'>,
  sdl = schema,
): TableSpec => {
  const { deepest, tableAt } = tablesOf(sdl, query);
  return {
    tables: deepest.length ? deepest.map((path) => tableAt(path)) : [tableAt()],
    headers: 'path',
    isCompressed: false,
    about: {
      title: 'Rows',
      query,
      variables: '',
      answeredAt: '2026-11-30T12:00:00+08:00',
      source: 'test',
      errors: [],
    },
    ...given,
  };
};

function convert(spec: TableSpec, ...bodies: unknown[]): Buffer {
  const conversion = conversionOf(spec);
  const pieces = bodies.flatMap((data) => [...conversion.add(Buffer.from(JSON.stringify({ data })))]);
  return Buffer.concat([...pieces, ...conversion.finish()]);
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_value, index) => ({
    code: String(from + index),
    name: `名称 ${from + index}`,
    count: from + index,
    share: 0.25,
  }));

it('writes several pages as one table', () => {
  const spec = specOf('{ rows { code count } }', { format: 'csv' });
  expect(linesOf(convert(spec, { rows: rows(0, 2) }, { rows: [] }, { rows: rows(2, 3) }).toString())).toEqual(
    [
      ['code', 'count'],
      ['0', '0'],
      ['1', '1'],
      ['2', '2'],
    ],
  );
});

it('writes only the header of an empty table', () => {
  expect(convert(specOf('{ rows { code } }', { format: 'csv' }), { rows: [] }).toString()).toBe(
    '\ufeffcode\r\n',
  );
  expect(convert(specOf('{ rows { code } }', { format: 'ndjson' }), { rows: [] }).toString()).toBe('');
});

it('compresses in pieces what a reader of gzip gets as a whole', () => {
  const data = { rows: rows(0, 20_000) };
  const plain = convert(specOf('{ rows { code name count } }', { format: 'csv' }), data);
  const compressed = convert(
    specOf('{ rows { code name count } }', { format: 'csv', isCompressed: true }),
    data,
  );
  expect(gunzipSync(compressed).equals(plain)).toBe(true);
  expect(compressed.length).toBeLessThan(plain.length / 3);
});

it('writes a workbook in pieces that a reader of XLSX gets as a whole', async () => {
  const data = { rows: rows(0, 20_000) };
  const { sheets } = await readXlsx(
    new Uint8Array(convert(specOf('{ rows { code name count share } }', { format: 'xlsx' }), data)),
  );
  expect(sheets[0]?.rows).toHaveLength(20_001);
  expect(sheets[0]?.rows.at(-1)).toEqual(['19999', '名称 19999', 19_999, 0.25]);
});

it('goes on in a further sheet where one is full', async () => {
  const { XlsxWriter } = await import('./xlsx-writer.ts');
  const spec = specOf('{ rows { count } }', { format: 'xlsx' });
  const [table] = spec.tables;
  if (!table) throw new Error('no table');
  const writer = new XlsxWriter(spec);
  function* many() {
    for (let index = 0; index < 1_048_580; index += 1) yield [{ kind: 'number' as const, json: '1' }];
  }
  const bytes = Buffer.concat([...writer.rows(table, many()), ...writer.finish()]);
  expect(bytes.includes('xl/worksheets/sheet3.xml')).toBe(true);
  expect(bytes.includes('xl/worksheets/sheet4.xml')).toBe(false);
});

it('escapes what XML cannot contain, and shortens what a cell cannot hold', async () => {
  const texts = ['<&>"', 'a\u0001b', '_x0041_', ' spaces ', 'line\nline', '😀', 'x'.repeat(40_000)];
  const spec = specOf('{ rows { name } }', { format: 'xlsx' });
  const { sheets } = await readXlsx(new Uint8Array(convert(spec, { rows: texts.map((name) => ({ name })) })));
  expect(sheets[0]?.rows.slice(1, -1).map(([text]) => text)).toEqual(texts.slice(0, -1));
  expect(String(sheets[0]?.rows.at(-1)?.[0])).toHaveLength(32_767);
  expect(sheets[1]?.rows.find(([label]) => label === '截短 Shortened')?.[1]).toMatch(/^1 /);
});

it.each(['csv', 'ndjson', 'xlsx'] as const)(
  'converts 100,000 rows to %s in a heap in which they could not be parsed',
  async (format) => {
    const body = Buffer.from(
      JSON.stringify({
        data: { rows: rows(0, 100_000).map((row) => ({ ...row, name: row.name.repeat(8) })) },
      }),
    );
    const run = async (spec: TableSpec | null) => {
      const worker = new Worker(new URL('../testing/tables/convert-thread.ts', import.meta.url), {
        workerData: { spec, body },
        resourceLimits: { maxOldGenerationSizeMb: 28, maxYoungGenerationSizeMb: 8 },
      });
      const [result] = await Promise.race([once(worker, 'message'), once(worker, 'exit').then(() => [null])]);
      await worker.terminate();
      return result as { length: number; longest: number } | null;
    };
    const result = await run(specOf('{ rows { code name count share } }', { format }));
    expect(result?.length).toBeGreaterThan(1_000_000);
    expect(result?.longest).toBeLessThan(400_000);
    await expect(run(null)).rejects.toThrow(/memory/);
  },
);
