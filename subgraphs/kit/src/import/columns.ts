// Columns that many files have: the bureau's registration number, the name, the division, the point.
import { cityBox } from '../divisions/geography.ts';
import { checkWords } from '../mutations/checks.ts';
import type { ImportColumn, ModuleImport } from './module-import.ts';

/**
 * The columns of a record that the bureau knows by a number of its own: that number and, where the record exists
 * without it, its id in the graph.
 */
export const registrationColumns = (zh: string, example: string): ImportColumn[] => [
  { name: 'registrationKey', zh, form: 'text', example },
  { name: 'id', zh: '标识', form: 'key', optional: true, example: '', targetColumns: ['known_id'] },
];

/** Headers of telephone numbers. */
export const phoneAliases = ['联系电话', '电话号码', '手机', '手机号', '手机号码', '联系方式'] as const;

/** The key of an import with `registrationColumns`. */
export const byRegistrationKey: ModuleImport['key'] = {
  column: 'registrationKey',
  targetColumn: 'registration_key',
};

/** The checked registration number of a row, as its column of the table. */
export const registrationOf = (values: { registrationKey?: string | null }) => ({
  registrationKey: checkWords('registrationKey', values.registrationKey, 50),
});

export const nameColumn = (example: string, more: Partial<ImportColumn> = {}): ImportColumn => ({
  name: 'name',
  zh: '名称',
  aliases: ['单位名称', '全称'],
  form: 'text',
  example,
  ...more,
});

/** The column of the division that a record lies in. */
export const divisionColumn = (more: Partial<ImportColumn> = {}): ImportColumn => ({
  name: 'divisionCode',
  zh: '区划代码',
  aliases: ['行政区划代码', '区划编码', '社区代码', '所在社区代码', '所属区划代码'],
  form: 'division',
  example: '410105001003',
  ...more,
});

/** The columns of a point (WGS 84). */
export const pointColumns = (more: Partial<ImportColumn> = {}): ImportColumn[] => [
  {
    name: 'longitude',
    zh: '经度',
    aliases: ['lng', 'lon'],
    units: ['度', '°', '°E'],
    form: 'decimal',
    range: cityBox.longitude,
    example: '113.6812',
    ...more,
  },
  {
    name: 'latitude',
    zh: '纬度',
    aliases: ['lat'],
    units: ['度', '°', '°N'],
    form: 'decimal',
    range: cityBox.latitude,
    example: '34.7654',
    ...more,
  },
];

/** The point of a row: both coordinates, or undefined. */
export const pointOf = ({ longitude, latitude }: Record<string, unknown>) =>
  typeof longitude === 'number' && typeof latitude === 'number' ? { longitude, latitude } : undefined;
