// The personal data in this subgraph's tables: what an elder may have erased, what the law retains, and retention
// periods.
import type { Sql } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import {
  type Anonymise,
  erasedText,
  type NamedPerson,
  type PersonalData,
  type PersonalTable,
} from '@district-graph/kit/personal-data/personal-data';
import { findElder } from './elder/store.ts';
import { encryptedElder } from './elder/tables.ts';

/**
 * No health data, a year of birth no earlier than it was, nothing to identify or reach the person; key, community
 * and status stay.
 */
const withoutPerson: Anonymise = ({ birthDate, contactErasedOn }, today) => ({
  name: erasedText,
  birthDate: `${String(birthDate).slice(0, 4)}-01-01`,
  idNumber: null,
  phone: null,
  address: erasedText,
  abilityLevel: null,
  contactErasedOn: contactErasedOn ?? today,
});

const tables: PersonalTable[] = [
  {
    table: 'emergency_contact',
    type: 'Elder',
    description: '老年人的紧急联系人：姓名、关系、电话。 Whom to call: name, relationship, telephone.',
    elder: 'elder_id',
    erasure: { rule: 'DELETE' },
    retention: {
      rule: '与老年人的联系方式同删（elder）。 Deleted with the elder’s own contact data (elder).',
    },
  },
  {
    table: 'care_visit',
    type: 'CareVisit',
    description:
      '老年人的服务工单：何时、何种服务、谁上门、评分、取消原因。 Visits: when, what, who came, rating, why cancelled.',
    elder: 'elder_id',
    erasure: { rule: 'DELETE', anonymise: () => ({ cancelReason: null }) },
    retention: { rule: '与老年人档案同期。 As long as the elder’s record.' },
  },
  {
    table: 'ability_assessment',
    type: 'AbilityAssessment',
    description:
      '老年人能力评估：日期、得分、等级（健康信息）。 Assessments of ability: day, score, level (health).',
    elder: 'elder_id',
    erasure: { rule: 'DELETE', anonymise: () => ({}) },
    retention: { rule: '与老年人档案同期。 As long as the elder’s record.' },
  },
  {
    table: 'subsidy',
    type: 'Subsidy',
    description: '补贴：项目、月份、金额、发放日。 Subsidies: scheme, month, amount, when paid.',
    elder: 'elder_id',
    erasure: {
      rule: 'DELETE',
      anonymise: () => ({}),
      hold: {
        basis:
          '已发放的补贴：《会计档案管理办法》，会计凭证保存 30 年。 Paid: accounting vouchers are kept for 30 years by the Measures on Accounting Archives.',
        appliesTo: ({ status }) => status === 'PAID',
      },
    },
    retention: {
      rule: '发放后 30 年，期满由会计档案鉴定后销毁。 30 years after payment; then judged and destroyed with the accounting archive.',
    },
  },
  {
    table: 'elder',
    type: 'Elder',
    description:
      '老年人档案：姓名、证件号、电话、住址、出生日期、能力等级、居住状况。 Elders: name, identity number, telephone, address, birthday, ability, living arrangement.',
    elder: 'id',
    erasure: { rule: 'DELETE', anonymise: withoutPerson },
    retention: {
      rule: '注销 3 年后清除电话、住址与紧急联系人；档案其余部分长期保留。 Telephone, address and contacts until 3 years after closing; the rest of the record for good.',
      over: {
        after: '3 years',
        since: 'closed_on',
        isDay: true,
        where: "status = 'CLOSED' and contact_erased_on is null",
        anonymise: (_row, today) => ({ phone: null, address: erasedText, contactErasedOn: today }),
        with: { table: 'emergency_contact', column: 'elder_id' },
      },
    },
  },
  {
    table: 'care_worker',
    type: 'CareWorker',
    description:
      '服务人员：姓名、电话、岗位、持证、在岗。 Care workers: name, telephone, role, certificate, on duty.',
    elder: null,
    erasure: {
      rule: 'HOLD',
      hold: { basis: '不是老年人的数据。 Not data of an elder.' },
    },
    retention: {
      rule: '注销 3 年后清除姓名与电话。 Name and telephone until 3 years after closing.',
      over: {
        after: '3 years',
        since: 'closed_on',
        isDay: true,
        where: `status = 'CLOSED' and name <> '${erasedText}'`,
        anonymise: () => ({ name: erasedText, phone: erasedText }),
      },
    },
  },
];

/**
 * An elder in care is not erased: closing the record first cancels visits that have not started and stops
 * subsidies, each with its event.
 */
async function checkClosed(sql: Sql, elderId: string): Promise<void> {
  const elder = await findElder(sql, elderId);
  if (elder && elder.status !== 'CLOSED')
    throw new Error(
      `老年人 ${elderId} 的档案未注销；请先以 closeElder 注销，再删除。 The record of the elder ${elderId} is not closed: close it with closeElder, then erase it.`,
    );
}

/**
 * Elders book venues as everyone does, by name and telephone. Without the telephone nobody is recognized, and it is
 * erased before the name.
 */
async function namedPerson(sql: Sql, keyring: Keyring, elderId: string): Promise<NamedPerson | null> {
  const elder = await findElder(sql, elderId);
  const phone = elder && encryptedElder.decrypt(keyring, elder, 'phone');
  return elder && phone ? { name: elder.name, phone } : null;
}

export const personalData: PersonalData = {
  tables,
  impersonal: [
    'care_institution',
    'household',
    'institution_inspection',
    'outreach_event',
    'service_purchase',
  ],
  namedPerson,
  checkErasable: checkClosed,
};
