import { describe, expect, it } from 'vitest';
import type { ImportColumn, ImportDefinition, Preview } from '../api/types.ts';
import { forgetUploadKey, uploadKey } from '../api/upload-keys.ts';
import { addressOf, searchOf } from './address.ts';
import { fileFault } from './import-work.ts';
import { mappedColumns, mappingFaults } from './mapping.ts';
import { columnLabel, templateOf } from './template.ts';

const column = (name: string, zh: string, more: Partial<ImportColumn> = {}): ImportColumn => ({
  ...{ name, zh, form: 'text', isOptional: false, mayBeEmpty: false, units: [], example: '例', values: [] },
  ...more,
});
const definition: ImportDefinition = {
  ...{ name: 'community.team', title: { zh: '队伍', en: 'Teams' }, key: 'registrationKey' },
  columns: [
    column('registrationKey', '队伍编号', { example: 'ZY-1' }),
    column('name', '名称', { example: '甲, "乙"' }),
    column('phone', '电话', { isOptional: true }),
  ],
};
const preview: Preview = {
  ...{ sheet: '一', sheets: [], notes: [], headerLine: 2 },
  columns: [
    { index: 0, title: '编号', column: null, isRemembered: false },
    { index: 1, title: '名称', column: 'name', isRemembered: false },
    { index: 3, title: '序号', column: null, isRemembered: true },
    { index: 4, title: '原因 reason', column: null, isRemembered: false },
  ],
  rows: [
    { line: 3, cells: ['ZY-1', '甲', '', '1', ''] },
    { line: 4, cells: ['ZY-2', '甲', '', '2', ''] },
  ],
};

describe('the columns of a file', () => {
  it('become what was recognised, remembered or chosen', () => {
    const states = (changes: Record<string, string | null>) =>
      mappedColumns(preview, changes).map(({ column: mapped, state }) => [mapped, state]);
    expect(states({})).toEqual([
      [null, 'unknown'],
      ['name', 'recognised'],
      [null, 'remembered'],
      [null, 'reject'],
    ]);
    expect(states({ 编号: 'registrationKey', 名称: null }).slice(0, 2)).toEqual([
      ['registrationKey', 'chosen'],
      [null, 'ignored'],
    ]);
  });

  it('show their first values once each', () => {
    expect(mappedColumns(preview, {}).map(({ samples }) => samples)).toEqual([
      ['ZY-1', 'ZY-2'],
      ['甲'],
      ['1', '2'],
      [],
    ]);
  });

  it('lack what the import needs, and must not become the same', () => {
    const faults = (changes: Record<string, string | null>) => {
      const { missing, duplicate } = mappingFaults(definition, mappedColumns(preview, changes));
      return [missing.map(({ name }) => name), duplicate.map(({ name }) => name)];
    };
    expect(faults({})).toEqual([['registrationKey'], []]);
    expect(faults({ 编号: 'registrationKey' })).toEqual([[], []]);
    expect(faults({ 编号: 'name' })).toEqual([['registrationKey'], ['name']]);
  });
});

describe('the address', () => {
  it('names import, upload, sheet and step, beside language and theme', () => {
    const id = '0123456789abcdef0123456789abcdef';
    const address = { name: 'community.team', id, sheet: '名册', isMapping: true };
    const search = searchOf(address, '?lang=en');
    expect(search).toMatch(/^\?lang=en&/);
    expect(addressOf(search)).toEqual(address);
    expect(searchOf({ name: null, id: null, sheet: null, isMapping: false }, search)).toBe('?lang=en');
  });

  it('has no upload whose id is none', () => {
    expect(addressOf('?id=../x').id).toBeNull();
  });
});

it('the key of an upload is the same until it is forgotten', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
  const file = { name: 'a.csv', size: 3, lastModified: 1 };
  const key = uploadKey('a.b', file, storage);
  expect(uploadKey('a.b', file, storage)).toBe(key);
  expect(uploadKey('a.b', { ...file, lastModified: 2 }, storage)).not.toBe(key);
  forgetUploadKey('a.b', file, storage);
  expect(uploadKey('a.b', file, storage)).not.toBe(key);
});

it.each([
  ['an empty file', { name: 'a.csv', size: 0 }, null, 'FILE_EMPTY'],
  ['one that is too large', { name: 'a.csv', size: 11 }, null, 'FILE_TOO_LARGE'],
  ['another one than was begun', { name: 'a.csv', size: 5 }, { fileName: 'a.csv', bytes: 6 }, 'OTHER_FILE'],
  ['one that was begun', { name: 'a.csv', size: 6 }, { fileName: 'a.csv', bytes: 6 }, undefined],
])('a file is not sent if it is %s', (_what, file, begun, code) => {
  expect(fileFault(file, 10, begun)?.code).toBe(code);
});

it('the template has headers in the language of the page, and an example', () => {
  expect(templateOf(definition, 'zh-CN')).toBe('\uFEFF队伍编号,名称,电话\r\nZY-1,"甲, ""乙""",例\r\n');
  expect(templateOf(definition, 'en')).toMatch(/^\uFEFFregistrationKey,name,phone\r\n/);
  const [key] = definition.columns;
  expect(key && [columnLabel(key, 'zh-CN'), columnLabel(key, 'en')]).toEqual([
    '队伍编号',
    'Registration key',
  ]);
});
