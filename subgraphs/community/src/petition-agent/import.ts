// Import of petition agents from a bureau's file: columns and checks.

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
import { encryptedPetitionAgent, type PetitionAgent } from './tables.ts';

export const petitionAgentImport: ModuleImport = {
  name: 'community.petition-agent',
  title: { zh: '信访代办员', en: 'Petition agents' },
  entityType: 'PetitionAgent',
  action: 'importPetitionAgent',
  scope: 'petition:write',
  table: 'petition_agent',
  encrypted: encryptedPetitionAgent,
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('工号', 'DB-410105-001'),
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
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, phone } = values as Partial<Plain<PetitionAgent>>;
    return { ...columnsOf({ name, phone }), divisionCode, ...registrationOf({ registrationKey }) };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};
