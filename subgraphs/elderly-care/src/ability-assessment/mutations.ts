// An assessment is entered: its points give the score, the score the level, and the elder's level follows the latest one.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { elderClosed } from '../elder/closed.ts';
import { changeElder, lockElder } from '../elder/store.ts';
import type { Elder } from '../elder/tables.ts';
import { type AbilityCircumstances, abilityItems, levelOf } from './score.ts';
import { findLatestAssessment, insertAbilityAssessment } from './store.ts';
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
    assessElder: mutation<AssessElder>('assessElder', async (write, input) => {
      const { elderId, reason, items, ...circumstances } = input;
      const assessedOn = input.assessedOn ?? write.today;
      if (assessedOn > write.today)
        throw badInput('assessedOn', { zh: '不晚于今天的日期', en: 'a day not after today' }, assessedOn);
      const nextDueOn = dueAfter(assessedOn, input.nextDueOn);
      const score = scoreOf(items);
      checkCareRisks(circumstances.careRisks);
      const level = levelOf(score, circumstances);

      // Held: of two assessments entered at once, each sees the other or comes before it.
      const elder = required(await lockElder(write.sql, elderId), 'elderId', elderId);
      if (elder.closedOn && elder.closedOn < assessedOn) return elderClosed();
      const latest = await findLatestAssessment(write.sql, elder.id);
      if ((latest === null) !== (reason === 'FIRST')) return reasonUnfit(latest);

      const row = await insertAbilityAssessment(write.sql, {
        id: newId(elder.divisionCode),
        divisionCode: elder.divisionCode,
        elderId: elder.id,
        assessedOn,
        reason,
        score,
        level,
        nextDueOn,
      });
      await write.record({
        entityType: 'AbilityAssessment',
        entityId: row.id,
        divisionCode: row.divisionCode,
      });
      if (!latest || latest.assessedOn <= assessedOn) await followLevel(write, elder, level);
      return { __typename: 'AbilityAssessment', ...row };
    }),
  },
};

/** The sum of the points, each checked against what its item can give. */
export function scoreOf(items: Record<string, Record<string, number>>): number {
  let score = 0;
  for (const [group, most] of Object.entries(abilityItems)) {
    for (const [item, points] of Object.entries(most)) {
      const given = items[group]?.[item] ?? Number.NaN;
      if (!Number.isInteger(given) || given < 0 || given > points)
        throw badInput(
          `items.${group}.${item}`,
          { zh: ` 0 到 ${points} 的整数`, en: `a whole number, 0 to ${points}` },
          given,
        );
      score += given;
    }
  }
  return score;
}

function checkCareRisks(careRisks: number): void {
  if (careRisks < 0 || careRisks > 1000)
    throw badInput('careRisks', { zh: ' 0 到 1000 的整数', en: 'a whole number, 0 to 1000' }, careRisks);
}

/** The same day a year later, or an earlier one that is asked for: the standard lets none wait longer than 12 months. */
function dueAfter(assessedOn: string, asked?: string | null): string {
  const monthAndDay = assessedOn.slice(4) === '-02-29' ? '-02-28' : assessedOn.slice(4);
  const latest = `${Number(assessedOn.slice(0, 4)) + 1}${monthAndDay}`;
  const due = asked ?? latest;
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

async function followLevel(write: Write, elder: Elder, level: number): Promise<void> {
  if (elder.abilityLevel === level) return;
  const { id, divisionCode, status } = await changeElder(write.sql, elder.id, { abilityLevel: level });
  // The level is health: an event says that it changed, not to what.
  await write.record({
    entityType: 'Elder',
    entityId: id,
    divisionCode,
    from: status,
    to: status,
    detail: { changed: ['abilityLevel'] },
  });
}

const reasonUnfit = (latest: AbilityAssessment | null): Written => ({
  __typename: 'AssessmentReasonUnfit',
  message: latest
    ? '该老人已有评估，评估原因不能为首次评估。 The elder has been assessed before; the reason cannot be FIRST.'
    : '该老人尚无评估，评估原因须为首次评估。 The elder has not been assessed yet; the reason must be FIRST.',
  latestAssessment: latest,
});
