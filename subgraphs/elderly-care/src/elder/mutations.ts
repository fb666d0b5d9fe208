// Mutations of elders: register by identity number, edit, and close when they move away or die.

import { checkRegistered } from '@district-graph/kit/divisions/division-register';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkNotAfterToday,
  checkPhone,
  checkSameDistrict,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  nullIfOutside,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { staleVersion } from '@district-graph/kit/mutations/transitions';
import { cancelVisit } from '../care-visit/mutations.ts';
import { lockOpenVisits } from '../care-visit/store.ts';
import type { CareVisit } from '../care-visit/tables.ts';
import { stopSubsidiesAfter } from '../subsidy/mutations.ts';
import { checkIdNumber, type IdNumber } from './id-number.ts';
import { type PlacementInput, resolvePlacement, showPlacement } from './placement.ts';
import { elderClosed } from './refusals.ts';
import { elders, findElderByIdNumber, lockIdNumber, replaceEmergencyContacts } from './store.ts';
import type { Elder, EmergencyContact } from './tables.ts';

type Contact = Pick<Plain<EmergencyContact>, 'name' | 'relationship' | 'phone'>;

interface Fields extends Pick<Plain<Elder>, 'divisionCode' | 'name' | 'address' | 'livingArrangement'> {
  emergencyContacts: Contact[];
}

interface RegisterElder extends Omit<Fields, 'emergencyContacts'>, PlacementInput {
  idNumber: string;
  phone?: string | null;
  emergencyContacts?: Contact[] | null;
}

type UpdateElder = Edits<Fields> &
  PlacementInput & {
    elderId: string;
    version: number;
    phone?: string | null;
  };

interface CloseElder {
  elderId: string;
  reason: NonNullable<Elder['closeReason']>;
  closedOn?: string | null;
}

/** The age from which the law (老年人权益保障法, article 2) considers a person elderly. */
const elderAge = 60;
const mostContacts = 5;

type Own = Pick<Plain<Elder>, 'name' | 'phone' | 'address' | 'livingArrangement'>;

/** The columns of the given fields, each checked. */
export const columnsOf = ({ name, phone, address, livingArrangement }: Partial<Own>): Partial<Own> => ({
  livingArrangement,
  name: checkWords('name', name),
  phone: phone ? checkPhone('phone', phone) : phone,
  address: checkWords('address', address, 200),
});

/** The checked identity number of a person of that age. */
export function elderOf(text: string, today: string): IdNumber {
  const number = checkIdNumber(text);
  checkAge(number.birthDate, today);
  return number;
}

export const elderMutations: Resolvers = {
  Mutation: {
    registerElder: mutation<RegisterElder>(
      'registerElder',
      async (context, input) => {
        const divisionCode = checkRegistered('divisionCode', input.divisionCode, ['COMMUNITY']);
        const number = elderOf(input.idNumber, context.today);
        const contacts = checkContacts(input.emergencyContacts ?? []);
        const columns = columnsOf({ ...input, phone: input.phone || null });
        // Of two transactions that register the same number, the second finds the first's row.
        await lockIdNumber(context, number.idNumber);
        const known = await findElderByIdNumber(context, number.idNumber);
        if (known) return alreadyRegistered(context, known);
        const { placement, refusal } = await resolvePlacement(context, null, divisionCode, input);
        if (refusal) return refusal;
        const row = await elders.register(context, { divisionCode, ...columns, ...number, ...placement });
        await replaceEmergencyContacts(context, row.id, contacts);
        return row;
      },
      showPlacement,
    ),

    updateElder: mutation<UpdateElder>(
      'updateElder',
      async (context, input) => {
        const { elderId, version, phone, emergencyContacts } = input;
        const before = await elders.lockForUpdate(context, 'elderId', elderId);
        if (before.status === 'CLOSED') return elderClosed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const { divisionCode, name, address, livingArrangement } = presentFields(input);
        const community = divisionCode
          ? checkRegistered(
              'divisionCode',
              checkSameDistrict('divisionCode', divisionCode, before.divisionCode),
              ['COMMUNITY'],
            )
          : before.divisionCode;
        const columns = {
          ...columnsOf({ name, phone, address, livingArrangement }),
          divisionCode: divisionCode ? community : undefined,
        };
        const contacts = emergencyContacts ? checkContacts(emergencyContacts) : null;
        const { placement, refusal } = await resolvePlacement(context, before, community, input);
        if (refusal) return refusal;
        if (contacts) await replaceEmergencyContacts(context, before.id, contacts);
        const besides = contacts ? ['emergencyContacts'] : [];
        return elders.edit(context, before, { ...columns, ...placement }, besides);
      },
      showPlacement,
    ),

    closeElder: mutation<CloseElder>('closeElder', async (context, { elderId, reason, closedOn }) => {
      const day = checkNotAfterToday('closedOn', closedOn ?? context.today, context.today);
      const { row, refusal } = await elders.checkTransition(context, 'elderId', elderId, 'CLOSED');
      if (refusal) return refusal;
      // Locked: none of the visits starts meanwhile, and a new one waits for the elder.
      const visits = await lockOpenVisits(context.sql, row.id);
      const inProgress = visits.find(({ status }) => status === 'IN_PROGRESS');
      if (inProgress) return beingVisited(nullIfOutside(context, 'CareVisit', inProgress));
      for (const visit of visits) await cancelVisit(context, visit, '老人档案已注销');
      await stopSubsidiesAfter(context, row.id, day);
      // The reason is personal: the event only records that the record was closed.
      return elders.transition(context, row, {
        status: 'CLOSED',
        closedOn: day,
        closeReason: reason,
        careMode: null,
        householdId: null,
        careInstitutionId: null,
        careWorkerId: null,
      });
    }),
  },
};

function checkAge(birthDate: string, today: string): void {
  const sixtieth = `${Number(birthDate.slice(0, 4)) + elderAge}${birthDate.slice(4)}`;
  if (sixtieth <= today) return;
  throw badInput(
    'idNumber',
    { zh: `已满 ${elderAge} 周岁者的身份证号`, en: `the number of a person aged ${elderAge} or over` },
    '******',
  );
}

function checkContacts(contacts: readonly Contact[]): Contact[] {
  if (contacts.length > mostContacts)
    throw badInput(
      'emergencyContacts',
      { zh: `最多 ${mostContacts} 位`, en: `at most ${mostContacts}` },
      contacts.length,
    );
  return contacts.map(({ name, relationship, phone }, index) => ({
    name: checkWords(`emergencyContacts.${index}.name`, name),
    relationship,
    phone: checkPhone(`emergencyContacts.${index}.phone`, phone),
  }));
}

/**
 * Shows where they are registered only inside the viewer's divisions. The lookup by identity number goes on record.
 */
function alreadyRegistered(context: MutationContext, known: Elder): MutationResult {
  const { id, divisionCode } = known;
  context.recordRefusal({ type: 'Elder', id, divisionCode });
  return registeredAlready(nullIfOutside(context, 'Elder', known));
}

const registeredAlready = defineRefusal('ElderAlreadyRegistered', (elder: Elder | null) => ({
  zh: '该身份证号已登记，请核对号码；已登记于他处的，须先在原区注销。',
  en: 'The identity number is registered already; check the number. A record elsewhere must be closed there first.',
  fields: { elder },
}));

const beingVisited = defineRefusal('ElderBeingVisited', (visit: CareVisit | null) => ({
  zh: '该老人有服务正在进行，请先完成。',
  en: 'A visit to the elder is in progress; complete it first.',
  fields: { visit },
}));
