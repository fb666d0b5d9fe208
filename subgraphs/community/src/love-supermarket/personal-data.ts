// The personal data in the tables of love supermarkets.
import type { Anonymise, PersonalTable } from '@district-graph/kit/personal-data/personal-data';

const withoutRecipient: Anonymise = () => ({ elderId: null, recipientName: null, address: null });

export const loveSupermarketTables: PersonalTable[] = [
  {
    table: 'handout',
    type: 'Handout',
    description:
      '爱心超市的发放：何人（老年人标识，或姓名与住址）、何时、在何超市领取。 Handouts of love supermarkets: who (the key of an elder, or name and address), when, at which supermarket.',
    elder: 'elder_id',
    // What was handed out stays: the stock is the sum of all entries.
    erasure: { rule: 'ANONYMISE', anonymise: withoutRecipient },
    retention: {
      rule: '发放 3 年后清除领取人（《个人信息保护法》第十九条：实现处理目的所必要的最短时间）。 The recipient until 3 years after the handout: no longer than necessary, by article 19 of the Personal Information Protection Law.',
      over: {
        after: '3 years',
        since: 'handed_out_on',
        isDay: true,
        where: 'num_nonnulls(elder_id, recipient_name, address) > 0',
        anonymise: withoutRecipient,
      },
    },
  },
  {
    table: 'donation',
    type: 'Donation',
    description: '捐赠：个人捐赠者的姓名。 Donations: the name of a private donor.',
    elder: null,
    erasure: {
      rule: 'HOLD',
      hold: { basis: '不是老年人的数据。 Not data of an elder.' },
    },
    retention: {
      rule: '受赠 3 年后清除个人捐赠者的姓名（《个人信息保护法》第十九条：实现处理目的所必要的最短时间）。 The name of a private donor until 3 years after receipt: no longer than necessary, by article 19 of the Personal Information Protection Law.',
      over: {
        after: '3 years',
        since: 'received_on',
        isDay: true,
        where: 'donor_name is not null',
        anonymise: () => ({ donorName: null }),
      },
    },
  },
];
