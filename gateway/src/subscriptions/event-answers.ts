// Reads the errors in the answer for an event: whether it is to be executed again, and whether its data may be sent.
import type { ErrorCode } from '@district-graph/kit/errors';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { extensions?: { code?: unknown } }[];
}

const unrecorded: readonly unknown[] = ['BULK_READ', 'AUDIT_UNAVAILABLE'] satisfies ErrorCode[];

/**
 * The answer, or only its errors where the access could not be recorded: that the community has such an entity is disclosed
 * only once that is on record.
 */
export function withoutUnrecordedData(answer: Buffer): Buffer {
  if (!answer.includes('"errors"')) return answer;
  const { errors = [] } = JSON.parse(answer.toString()) as Answer;
  const reasons = errors.filter(({ extensions }) => unrecorded.includes(extensions?.code));
  return reasons.length ? Buffer.from(JSON.stringify({ data: null, errors: reasons })) : answer;
}

const temporary: readonly unknown[] = [
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_OVERLOADED',
  'DATABASE_UNAVAILABLE',
  'DATABASE_BUSY',
  'TOO_MANY_AT_ONCE',
] satisfies ErrorCode[];

/** Whether the answer has no data because what provides it is temporarily unavailable. */
export function isUnavailable(answer: Buffer): boolean {
  if (!answer.includes('"errors"')) return false;
  const { data, errors = [] } = JSON.parse(answer.toString()) as Answer;
  const isEmpty = !data || Object.values(data).every((value) => value === null);
  return isEmpty && errors.some(({ extensions }) => temporary.includes(extensions?.code));
}
