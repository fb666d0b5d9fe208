// State machines: which status may follow which, and the refusal of all other transitions.
import type { Bilingual } from '../errors.ts';
import type { MutationResult } from './mutation.ts';
import { defineRefusal } from './refusals.ts';

/** The statuses that may follow each status. */
export type Transitions<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

/** The refusal of a change of status, with a text that says what is possible instead. */
export const invalidTransition = defineRefusal(
  'InvalidTransition',
  (from: string, to: string, text: Bilingual) => ({ ...text, fields: { from, to } }),
);

/** The refusal of a change of status that the table does not have, or null. */
export function refusedTransition<Status extends string>(
  transitions: Transitions<Status>,
  from: Status,
  to: Status,
): MutationResult | null {
  if (transitions[from].includes(to)) return null;
  const next = transitions[from];
  const allowed = next.length
    ? { zh: `只能变为 ${next.join('、')}`, en: `it can become ${next.join(', ')}` }
    : { zh: '已是终态', en: 'it is final' };
  return invalidTransition(from, to, {
    zh: `不能从 ${from} 变为 ${to}：${allowed.zh}。`,
    en: `It cannot go from ${from} to ${to}: ${allowed.en}.`,
  });
}

/** The refusal of an edit of another version than the current one, or null. */
export function staleVersion(current: number, seen: number): MutationResult | null {
  if (current === seen) return null;
  return versionConflict(current, seen);
}

const versionConflict = defineRefusal('VersionConflict', (current: number, seen: number) => ({
  zh: `记录已被他人修改：现为第 ${current} 版，您依据的是第 ${seen} 版；请重新读取后再修改。`,
  en: `The record has been changed since: it is at version ${current}, you edited version ${seen}. Read it again, then repeat the edit.`,
  fields: { current, seen },
}));
