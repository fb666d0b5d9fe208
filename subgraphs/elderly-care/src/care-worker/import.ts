// Import of care workers from a bureau's file: columns and checks.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import {
  byRegistrationKey,
  divisionColumn,
  phoneAliases,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import { type CareWorker, encryptedCareWorker } from './tables.ts';

export const careWorkerImport: ModuleImport = {
  name: 'elderly-care.care-worker',
  title: { zh: '养老服务人员', en: 'Care workers' },
  entityType: 'CareWorker',
  action: 'importCareWorker',
  scope: 'worker:write',
  table: 'care_worker',
  encrypted: encryptedCareWorker,
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('工号', 'HL-410105-001'),
    divisionColumn(),
    { name: 'name', zh: '姓名', form: 'text', example: '示例人员', masking: 'name' },
    {
      name: 'phone',
      zh: '电话',
      aliases: phoneAliases,
      form: 'text',
      example: '00000000001',
      masking: 'phone',
    },
    { name: 'role', zh: '岗位', form: { oneOf: 'CareWorkerRole' }, example: 'HOME_CARE' },
    { name: 'certified', zh: '是否持证', form: 'boolean', example: '是' },
    { name: 'onDuty', zh: '是否在岗', form: 'boolean', example: '是' },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, phone, role, certified, onDuty } = values as Partial<
      Plain<CareWorker>
    >;
    return {
      ...columnsOf({ name, phone, role, certified, onDuty }),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'REGISTERED', editable: ['REGISTERED'] },
};
