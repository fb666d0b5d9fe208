// Mutations of subsidies: granted once per elder, scheme and month, then paid or stopped.

import { requireUnmasked } from '@district-graph/kit/access/protected-rows';
import { addDays, nextInterval } from '@district-graph/kit/calendar';
import { badInput } from '@district-graph/kit/errors';
import { covers } from '@district-graph/kit/identity/viewer';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { checkInteger } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { elderBirthDate } from '../elder/protected-fields.ts';
import { elderClosed } from '../elder/refusals.ts';
import { elders, findElder } from '../elder/store.ts';
import { findSubsidiesToStop, findSubsidyOf, subsidies } from './store.ts';
import type { Subsidy } from './tables.ts';

/** The ages that the names of the schemes state; each city decides from what age the age allowance is due. */
const minimumAges: Record<Subsidy['scheme'], number> = {
  AGE_ALLOWANCE: 0,
  CENTENARIAN_ALLOWANCE: 100,
  BIRTH_POLICY_AWARD: 60,
};

/** Stops an elder's granted subsidies for the months after a day, with an event for each. */
export async function stopSubsidiesAfter(
  context: MutationContext,
  elderId: string,
  day: string,
): Promise<void> {
  for (const row of await findSubsidiesToStop(context.sql, elderId, day))
    await subsidies.transition(context, row, { status: 'STOPPED' });
}

interface GrantSubsidy {
  elderId: string;
  scheme: Subsidy['scheme'];
  month: string;
  amountFen: number;
}

/** In the year in which a person reaches the age, the scheme starts in the month of their birthday. */
async function showBirthday(context: SubgraphContext, { elderId, scheme, month }: GrantSubsidy) {
  if (minimumAges[scheme] === 0) return;
  const elder = await findElder(context.sql, elderId);
  if (!elder || !covers(context.viewer, elder.divisionCode)) return;
  const years = Number(month.slice(0, 4)) - Number(elder.birthDate.slice(0, 4));
  if (years === minimumAges[scheme]) await requireUnmasked(context, elderBirthDate, elder);
}

/** A million yuan: a larger amount for one person and month is taken for a typing error. */
const mostFen = 100_000_000;

export const subsidyMutations: Resolvers = {
  Mutation: {
    grantSubsidy: mutation<GrantSubsidy>(
      'grantSubsidy',
      async (context, input) => {
        const { elderId, scheme, month, amountFen } = input;
        if (!month.endsWith('-01'))
          throw badInput('month', { zh: '月份的首日', en: 'the first day of a month' }, month);
        checkInteger('amountFen', amountFen, 1, mostFen);
        // The elder is locked: of two grants at once, the second finds the first.
        const elder = await elders.lockForUpdate(context, 'elderId', elderId);
        const before = await findSubsidyOf(context.sql, elder.id, scheme, month);
        if (before) return alreadyGranted(before);
        // Subsidies for the months until a person left or died may still be granted.
        if (elder.closedOn && elder.closedOn < month) return elderClosed();
        const minimumAge = minimumAges[scheme];
        if (ageAt(elder.birthDate, lastDayOf(month)) < minimumAge) return notDue(minimumAge);
        const { divisionCode } = elder;
        const granted = { status: 'GRANTED', grantedOn: context.today } as const;
        const columns = { divisionCode, elderId: elder.id, scheme, month, amountFen, ...granted };
        return subsidies.register(context, columns, { scheme, month });
      },
      showBirthday,
    ),

    paySubsidy: mutation<{ subsidyId: string; paidOn?: string | null }>(
      'paySubsidy',
      async (context, { subsidyId, paidOn }) => {
        const { row, refusal } = await subsidies.checkTransition(context, 'subsidyId', subsidyId, 'PAID');
        if (refusal) return refusal;
        const day = paidOn ?? context.today;
        if (day < row.grantedOn || day > context.today)
          throw badInput(
            'paidOn',
            { zh: `${row.grantedOn} 到今天的日期`, en: `a day from ${row.grantedOn} until today` },
            day,
          );
        return subsidies.transition(context, row, { status: 'PAID', paidOn: day });
      },
    ),

    stopSubsidy: mutation<{ subsidyId: string }>('stopSubsidy', async (context, { subsidyId }) => {
      const { row, refusal } = await subsidies.checkTransition(context, 'subsidyId', subsidyId, 'STOPPED');
      return refusal ?? subsidies.transition(context, row, { status: 'STOPPED' });
    }),
  },
};

const lastDayOf = (month: string): string => addDays(nextInterval(month, 'MONTH'), -1);

/** Full years of age on a day. */
const ageAt = (birthDate: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (day.slice(5) < birthDate.slice(5) ? 1 : 0);

const alreadyGranted = defineRefusal('SubsidyAlreadyGranted', (row: Subsidy) => ({
  zh: '该老人该项目该月已有补贴，每人每项每月限一笔；请核对月份和项目。',
  en: 'The elder has a subsidy of this scheme for this month already, and only one is allowed; check the month and the scheme.',
  fields: { subsidy: row },
}));

const notDue = defineRefusal('SubsidyNotDue', (minimumAge: number) => ({
  zh: `该项目发给当月已满 ${minimumAge} 周岁的老人；请核对月份和项目。`,
  en: `The scheme is for people aged ${minimumAge} or over in that month; check the month and the scheme.`,
  fields: { minimumAge },
}));
