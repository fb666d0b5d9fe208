// The personal data in the tables of petitions and commendations.
import {
  type Anonymise,
  erasedText,
  type PersonalTable,
} from '@district-graph/kit/personal-data/personal-data';

/** How long archives of petition matters are kept; not compared with an archive schedule. */
const petitionArchiveYears = 10;

/** Nothing that reveals who petitioned and for what; kind, status, days and results stay. */
const withoutPetitioner: Anonymise = (_row, today) => ({
  petitionerName: erasedText,
  petitionerPhone: null,
  petitionerAddress: null,
  petitionerIdNumber: null,
  description: erasedText,
  transferText: null,
  reply: null,
  extensionReason: null,
  elderId: null,
  ownedBy: null,
  petitionerErasedOn: today,
});

export const petitionTables: PersonalTable[] = [
  {
    table: 'commendation',
    type: 'Commendation',
    description:
      '锦旗与表扬信：赠送人与受赠的值守人员姓名，所谢的信访事项。 Thanks: names of givers and of persons on duty, and the petition matter.',
    elder: null,
    erasure: { rule: 'HOLD', hold: { basis: '不是老年人的数据。 Not data of an elder.' } },
    retention: {
      rule: '收到 3 年后清除姓名与所谢的事项。 Names and the matter until 3 years after receipt.',
      over: {
        after: '3 years',
        since: 'received_on',
        isDay: true,
        where: 'persons_erased_on is null',
        anonymise: ({ recipientKind, recipientName }, today) => ({
          giverName: null,
          recipientName: recipientKind === 'PERSON_ON_DUTY' ? erasedText : recipientName,
          petitionMatterId: null,
          personsErasedOn: today,
        }),
      },
    },
  },
  {
    table: 'petition_step',
    type: 'PetitionMatter',
    description:
      '信访事项的办理经过，备注可能涉及信访人。 What was done about a petition matter; notes may concern the petitioner.',
    elder: { column: 'matter_id', of: 'petition_matter', elder: 'elder_id' },
    erasure: {
      rule: 'HOLD',
      hold: {
        basis:
          '《信访工作条例》与机关档案管理规定：办理经过随信访事项归档，期满同删。 Regulations on Petition Work and rules on archives of public bodies: archived with the matter, and deleted with its petitioner.',
      },
    },
    retention: { rule: '与信访人信息同删。 Deleted with the data of the petitioner.' },
  },
  {
    table: 'petition_matter',
    type: 'PetitionMatter',
    description:
      '信访事项：信访人姓名、电话、住址、证件号、诉求内容、转办文本、答复。 Petition matters: name, telephone, address and identity number of the petitioner, what they ask for, the text for the bureau, the reply.',
    elder: 'elder_id',
    // Held until the archive period is over, when retention erases the petitioner and the steps together.
    erasure: {
      rule: 'HOLD',
      hold: {
        basis:
          '《信访工作条例》：在办事项须办结并答复；机关档案管理规定：办结后归档保存 10 年。 Regulations on Petition Work: open matters must be settled and answered; rules on archives of public bodies: kept for 10 years after that.',
      },
    },
    retention: {
      rule: '结束 10 年后清除信访人信息、诉求内容与办理经过；类别、日期与结果长期保留。 Everything about the petitioner, and the steps, until 10 years after the end; kind, days and results for good.',
      over: {
        after: `${petitionArchiveYears} years`,
        since: 'finished_on',
        isDay: true,
        where: 'finished_on is not null and petitioner_erased_on is null',
        anonymise: withoutPetitioner,
        with: { table: 'petition_step', column: 'matter_id' },
      },
    },
  },
  {
    table: 'petition_agent',
    type: 'PetitionAgent',
    description: '信访代办员：姓名、电话、值守区划。 Petition agents: name, telephone, division of duty.',
    elder: null,
    erasure: { rule: 'HOLD', hold: { basis: '不是老年人的数据。 Not data of an elder.' } },
    retention: {
      rule: '离岗 3 年后清除姓名与电话。 Name and telephone until 3 years after leaving.',
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
