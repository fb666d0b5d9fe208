// What variables may hold: depth, lengths of lists, values in all; and how many entities are asked for at once.
import type { GraphQLError } from 'graphql';
import { limitExceeded } from './document-limits.ts';
import type { OperationLimits } from './limits.ts';

/** What is beyond the limits in a request's variables, or null. */
export function checkVariableLimits(
  variables: Readonly<Record<string, unknown>>,
  {
    maxVariableDepth,
    maxListLength,
    maxVariableValues,
    maxRepresentations,
  }: Pick<OperationLimits, 'maxVariableDepth' | 'maxListLength' | 'maxVariableValues' | 'maxRepresentations'>,
): GraphQLError | null {
  let values = Object.keys(variables).length;
  const fault = (value: unknown, depth: number, maxLength: number): GraphQLError | null => {
    if (typeof value !== 'object' || value === null) return null;
    if (depth > maxVariableDepth)
      return limitExceeded(
        'VARIABLES_TOO_LARGE',
        '变量嵌套的层数',
        'levels inside a variable',
        maxVariableDepth,
        depth,
      );
    const entries: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (Array.isArray(value) && entries.length > maxLength)
      return limitExceeded(
        'VARIABLES_TOO_LARGE',
        '变量中一个列表的条目',
        'entries of one list in a variable',
        maxLength,
        entries.length,
      );
    values += entries.length;
    if (values > maxVariableValues)
      return limitExceeded(
        'VARIABLES_TOO_LARGE',
        '变量中的值',
        'values in the variables',
        maxVariableValues,
        values,
      );
    for (const entry of entries) {
      const found = fault(entry, depth + 1, maxLength);
      if (found) return found;
    }
    return null;
  };
  for (const name in variables) {
    // The gateway's own name for what it asks entities by; the same limit stands where they are asked for.
    const found = fault(
      variables[name],
      1,
      name === 'representations' ? Math.max(maxListLength, maxRepresentations) : maxListLength,
    );
    if (found) return found;
  }
  return null;
}
