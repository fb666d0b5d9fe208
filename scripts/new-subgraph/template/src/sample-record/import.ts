// Import of sample records from a bureau's file: columns and checks.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { checkNotAfterToday } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import { encryptedSampleRecord, type SampleRecord } from './tables.ts';

export const sampleRecordImport: ModuleImport = {
  name: 'sample-bureau.sample-record',
  title: { zh: '示例记录', en: 'Sample records' },
  entityType: 'SampleRecord',
  action: 'importSampleRecord',
  scope: 'place:write',
  table: 'sample_record',
  encrypted: encryptedSampleRecord,
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('登记编号', '410105-001'),
    divisionColumn({ form: 'community', immutable: true }),
    nameColumn('示例记录'),
    { name: 'kind', zh: '类型', aliases: ['类别'], form: { oneOf: 'SampleRecordKind' }, example: 'GENERAL' },
    { name: 'contactPhone', zh: '联系电话', form: 'text', example: '00000000001', masking: 'phone' },
    { name: 'registeredOn', zh: '登记日期', form: 'date', example: '2026-01-15', immutable: true },
  ],
  check: (_sql, today) => (values) => {
    const { registrationKey, divisionCode, registeredOn, ...fields } = values as Partial<Plain<SampleRecord>>;
    return {
      ...columnsOf(fields),
      divisionCode,
      registeredOn: checkNotAfterToday('registeredOn', registeredOn, today),
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};
