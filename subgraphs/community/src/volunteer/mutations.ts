// Mutations of volunteers: register, edit, withdraw, join and leave a team.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import { owns } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkKey,
  checkNotAfterToday,
  checkPhone,
  checkSameDistrict,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { volunteerTeamDisbanded } from '../volunteer-team/refusals.ts';
import { volunteerTeams } from '../volunteer-team/store.ts';
import {
  volunteerAlreadyRegistered,
  volunteerCardNumberTaken,
  volunteerSignedUp,
  volunteerTeamLimitReached,
  volunteerWithdrawn,
} from './refusals.ts';
import {
  countSignUps,
  countTeamsOf,
  deleteMember,
  insertMember,
  isMember,
  lockCardNumber,
  lockVolunteerNamed,
  volunteers,
} from './store.ts';
import { mostTeams, type Volunteer } from './tables.ts';

interface Fields extends Pick<Plain<Volunteer>, 'divisionCode' | 'name' | 'phone' | 'skills' | 'elderId'> {
  subject: string | null;
}

const mostSkills = 10;
const cardForm = /^4101\d{8,15}$/;

/**
 * The number of a service card: the six digits of the district, then 6 to 13 digits. The bureau that issues the cards has not confirmed the form. The
 * error does not repeat it, because it identifies a person.
 */
function checkCardNumber<Text extends string | null | undefined>(argument: string, text: Text): Text {
  if (text === null || text === undefined || cardForm.test(text)) return text;
  throw badInput(
    argument,
    {
      zh: '服务证号：郑州市六位区县代码加 6 到 13 位数字',
      en: 'the number of a service card: the six digits of a district of Zhengzhou, then 6 to 13 digits',
    },
    '…',
  );
}

function checkSkills(skills: Volunteer['skills'] | null | undefined) {
  if (skills === null || skills === undefined) return undefined;
  if (skills.length <= mostSkills) return [...new Set(skills)];
  throw badInput(
    'skills',
    { zh: `至多 ${mostSkills} 项`, en: `at most ${mostSkills} skills` },
    skills.length,
  );
}

/**
 * Volunteers who pass their own record to somebody else, or link a record with themselves later, could confirm their own hours
 * meanwhile: both take another organiser.
 */
function checkOwnLink(
  { viewer }: MutationContext,
  row: Volunteer,
  columns: Partial<Pick<Volunteer, 'ownedBy' | 'elderId'>>,
): void {
  const isOwn = owns(viewer, row);
  if (!isOwn && !owns(viewer, columns)) return;
  for (const [column, argument] of [
    ['ownedBy', 'subject'],
    ['elderId', 'elderId'],
  ] as const)
    if (columns[column] !== undefined && !(isOwn && row[column] === null) && columns[column] !== row[column])
      throw badInput(
        argument,
        {
          zh: '空值：本人的登录主体与老年人标识由其他组织者更改',
          en: 'null: another organiser changes the subject and the elder of your own record',
        },
        '…',
      );
}

const columnsOf = ({
  name,
  phone,
  skills,
  subject,
  elderId,
}: Partial<Fields>): Partial<Plain<Volunteer>> => ({
  name: checkWords('name', name),
  phone: checkPhone('phone', phone),
  skills: checkSkills(skills),
  elderId: checkKey('elderId', elderId),
  ownedBy: checkWords('subject', subject, 200),
});

interface RegisterVolunteer extends Fields {
  cardNumber: string;
  registeredOn?: string | null;
}

interface Membership {
  volunteerId: string;
  volunteerTeamId: string;
}

export const volunteerMutations: Resolvers = {
  Mutation: {
    registerVolunteer: mutation<RegisterVolunteer>('registerVolunteer', async (context, input) => {
      const { divisionCode, registeredOn, ...fields } = input;
      const cardNumber = checkCardNumber('cardNumber', input.cardNumber);
      const columns = { skills: [], ...columnsOf(fields) };
      const day = checkNotAfterToday('registeredOn', registeredOn ?? context.today, context.today);
      const holder = await lockCardNumber(context.sql, cardNumber);
      if (holder) return volunteerCardNumberTaken(context, holder);
      const existing = await lockVolunteerNamed(context.sql, columns);
      if (existing) return volunteerAlreadyRegistered(context, existing);
      return volunteers.register(context, { ...columns, divisionCode, cardNumber, registeredOn: day });
    }),

    updateVolunteer: updateMutation('updateVolunteer', volunteers, {
      argument: 'volunteerId',
      refusal: ({ status }) => (status === 'WITHDRAWN' ? volunteerWithdrawn() : null),
      columnsOf: ({ divisionCode, ...fields }: Partial<Fields>, row) => ({
        ...columnsOf(fields),
        divisionCode: checkSameDistrict('divisionCode', divisionCode, row.divisionCode),
      }),
      check: async (context, row, columns) => {
        checkOwnLink(context, row, columns);
        const existing = await lockVolunteerNamed(context.sql, columns, row.id);
        return existing && volunteerAlreadyRegistered(context, existing);
      },
    }),

    // The volunteer is locked: a sign-up comes before, or finds them withdrawn.
    withdrawVolunteer: closeMutation('withdrawVolunteer', volunteers, {
      argument: 'volunteerId',
      to: 'WITHDRAWN',
      check: async ({ sql }, { id }) => {
        const services = await countSignUps(sql, id);
        return services > 0 ? volunteerSignedUp(services) : null;
      },
      columnsOf: (withdrawnOn) => ({ status: 'WITHDRAWN' as const, withdrawnOn }),
      openedOn: ({ registeredOn }) => registeredOn,
    }),

    joinVolunteerTeam: mutation<Membership>('joinVolunteerTeam', async (context, membership) => {
      const team = await volunteerTeams.lockForUpdate(context, 'volunteerTeamId', membership.volunteerTeamId);
      const row = await volunteers.lockForUpdate(context, 'volunteerId', membership.volunteerId);
      if (row.status === 'WITHDRAWN') return volunteerWithdrawn();
      if (await isMember(context.sql, membership)) return volunteers.resultOf(row);
      if (team.status === 'DISBANDED') return volunteerTeamDisbanded();
      if ((await countTeamsOf(context.sql, row.id)) >= mostTeams) return volunteerTeamLimitReached();
      await insertMember(context.sql, membership);
      return volunteers.transition(context, row, {}, { volunteerTeamId: team.id });
    }),

    leaveVolunteerTeam: mutation<Membership>('leaveVolunteerTeam', async (context, membership) => {
      const team = await volunteerTeams.lockUnscoped(context, 'volunteerTeamId', membership.volunteerTeamId);
      const row = await volunteers.lockForUpdate(context, 'volunteerId', membership.volunteerId);
      if (!(await isMember(context.sql, membership))) return volunteers.resultOf(row);
      await deleteMember(context.sql, membership);
      return volunteers.transition(context, row, {}, { volunteerTeamId: team.id });
    }),
  },
};
