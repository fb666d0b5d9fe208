// Mutation that enters an assessment: the points give the score, the score the level, and the elder's level follows
// the latest one.

import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkNotAfterToday } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { elderClosed } from '../elder/refusals.ts';
import { elders } from '../elder/store.ts';
import { type AbilityCircumstances, abilityItems, levelOf } from './score.ts';
import { abilityAssessments, findLatestAssessment } from './store.ts';
import type { AbilityAssessment } from './tables.ts';

type Group = keyof typeof abilityItems;

interface AssessElder extends AbilityCircumstances {
  elderId: string;
  assessedOn?: string | null;
  reason: AbilityAssessment['reason'];
  items: { [Name in Group]: Record<keyof (typeof abilityItems)[Name], number> };
  nextDueOn?: string | null;
}

export const abilityAssessmentMutations: Resolvers = {
  Mutation: {
    assessElder: mutation<AssessElder>('assessElder', async (context, input) => {
      const { elderId, reason, items, ...circumstances } = input;
      const assessedOn = checkNotAfterToday('assessedOn', input.assessedOn ?? context.today, context.today);
      const nextDueOn = dueAfter(assessedOn, input.nextDueOn);
      const score = scoreOf(items);
      checkInteger('careRisks', circumstances.careRisks, 0, 1000);
      const level = levelOf(score, circumstances);

      // The elder is locked: of two assessments entered at once, the second sees the first.
      const elder = await elders.lockForUpdate(context, 'elderId', elderId);
      if (elder.closedOn && elder.closedOn < assessedOn) return elderClosed();
      const latest = await findLatestAssessment(context.sql, elder.id);
      if ((latest === null) !== (reason === 'FIRST')) return reasonUnfit(latest);

      const assessment = await abilityAssessments.register(context, {
        divisionCode: elder.divisionCode,
        elderId: elder.id,
        assessedOn,
        reason,
        score,
        level,
        nextDueOn,
      });
      // The level is health data: the event records that it changed, not its value.
      if (!latest || latest.assessedOn <= assessedOn)
        await elders.edit(context, elder, { abilityLevel: level });
      return assessment;
    }),
  },
};

/** The sum of the points, each checked against the maximum of its item. */
export function scoreOf(items: Record<string, Record<string, number>>): number {
  let score = 0;
  for (const [group, most] of Object.entries(abilityItems)) {
    for (const [item, points] of Object.entries(most)) {
      score += checkInteger(`items.${group}.${item}`, items[group]?.[item] ?? Number.NaN, 0, points);
    }
  }
  return score;
}

/**
 * The same day one year later, or an earlier requested day: the standard demands a new assessment within 12 months.
 */
function dueAfter(assessedOn: string, requested?: string | null): string {
  const monthAndDay = assessedOn.slice(4) === '-02-29' ? '-02-28' : assessedOn.slice(4);
  const latest = `${Number(assessedOn.slice(0, 4)) + 1}${monthAndDay}`;
  const due = requested ?? latest;
  if (due > assessedOn && due <= latest) return due;
  throw badInput(
    'nextDueOn',
    {
      zh: `${assessedOn} 之后、不晚于 ${latest} 的日期`,
      en: `a day after ${assessedOn}, not after ${latest}`,
    },
    due,
  );
}

const reasonUnfit = defineRefusal('AssessmentReasonUnfit', (latest: AbilityAssessment | null) => ({
  ...(latest
    ? {
        zh: '该老人已有评估，评估原因不能为首次评估，请改选其他原因。',
        en: 'The elder has been assessed before, so the reason cannot be FIRST; choose another one.',
      }
    : {
        zh: '该老人尚无评估，评估原因须为首次评估。',
        en: 'The elder has not been assessed yet; the reason must be FIRST.',
      }),
  fields: { latestAssessment: latest },
}));
