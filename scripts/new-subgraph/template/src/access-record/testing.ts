// The protected records of this subgraph for the tests of access (test/access).
import type { ProtectedRecords } from '@district-graph/kit/testing/protected-records';

const contactPhone = '13911119001';

export const protectedRecords: ProtectedRecords = {
  secrets: { 'SampleRecord.contactPhone': [contactPhone] },
  insert: (create) =>
    create('registerSampleRecord', 'SampleRecord', {
      divisionCode: '410105007001',
      name: '示例',
      kind: 'GENERAL',
      contactPhone,
    }),
};
