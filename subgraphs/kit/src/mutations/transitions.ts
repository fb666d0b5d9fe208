// State machines: which status may follow which, and the refusals of other changes.
import type { MutationResult } from './mutation.ts';

/** The statuses that may follow each status. */
export type Transitions<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

/** The refusal of a change of status that is not in the table, or null. */
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
  return {
    __typename: 'InvalidTransition',
    message: `不能从 ${from} 变为 ${to}：${allowed.zh}。 It cannot go from ${from} to ${to}: ${allowed.en}.`,
    from,
    to,
  };
}

/** The refusal of an edit of another version than the current one, or null. */
export function staleVersion(current: number, seen: number): MutationResult | null {
  if (current === seen) return null;
  return {
    __typename: 'VersionConflict',
    message: `记录已被他人修改：现为第 ${current} 版，您依据的是第 ${seen} 版；请重新读取。 Someone else has changed the record: it is at version ${current}, and your edit is based on version ${seen}. Read the record again.`,
    current,
    seen,
  };
}
