// The personal data in this subgraph's tables: telephone numbers, and the accounts that registered sample records.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';

export const personalData: PersonalData = {
  tables: [
    {
      table: 'sample_record',
      type: 'SampleRecord',
      description:
        '示例记录：联系电话、由谁登记（令牌主体）。 Sample records: the telephone number to call, and who registered it (the subject of a token).',
      elder: null,
      erasure: {
        rule: 'HOLD',
        hold: { basis: '不是老年人的数据。 Not data of an elder.' },
      },
      retention: {
        rule: '关闭 3 年后删除联系电话与登记人。 Telephone number and registrant until 3 years after closing.',
        over: {
          after: '3 years',
          since: 'closed_on',
          isDay: true,
          where: "status = 'CLOSED' and (contact_phone is not null or owned_by is not null)",
          anonymise: () => ({ contactPhone: null, ownedBy: null }),
        },
      },
    },
  ],
  impersonal: [],
};
