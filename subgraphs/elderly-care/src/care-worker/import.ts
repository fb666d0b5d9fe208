// Import of care workers from a bureau's file: columns and checks.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { divisionColumn, type ModuleImport, registrationColumns } from '@district-graph/kit/import/imports';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import { type CareWorker, encryptedCareWorker } from './tables.ts';

export const careWorkerImport: ModuleImport = {
  name: 'elderly-care.care-worker',
  title: { zh: '养老服务人员', en: 'Care workers' },
  entityType: 'CareWorker',
  action: 'importCareWorker',
  table: 'care_worker',
  encrypted: encryptedCareWorker,
  key: { column: 'registrationKey', sets: 'registration_key' },
  columns: [
    ...registrationColumns('工号', 'HL-410105-001'),
    divisionColumn(),
    { name: 'name', zh: '姓名', form: 'text', example: '示例人员', masking: 'name' },
    { name: 'phone', zh: '电话', form: 'text', example: '00000000001', masking: 'phone' },
    { name: 'role', zh: '岗位', form: { oneOf: 'CareWorkerRole' }, example: 'HOME_CARE' },
    { name: 'certified', zh: '是否持证', form: 'yesNo', example: '是' },
    { name: 'onDuty', zh: '是否在岗', form: 'yesNo', example: '是' },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, phone, role, certified, onDuty } = values as Partial<
      Plain<CareWorker>
    >;
    return {
      ...columnsOf({ name, phone, role, certified, onDuty }),
      divisionCode,
      registrationKey: checkWords('registrationKey', registrationKey, 50),
    };
  },
  status: { of: 'r.status', first: 'REGISTERED', editable: ['REGISTERED'] },
};
