// Limits the variables of a request: nesting depth, lengths of lists, and the number of values.
import type { GraphQLError } from 'graphql';
import { limitExceeded } from './document-limits.ts';
import type { OperationLimits } from './limits.ts';

/** The error of the first limit that the variables exceed, or null. */
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
  const check = (value: unknown, depth: number, maxLength: number): GraphQLError | null => {
    if (typeof value !== 'object' || value === null) return null;
    if (depth > maxVariableDepth)
      return limitExceeded(
        'VARIABLES_TOO_LARGE',
        '变量嵌套的层数',
        'levels in a variable',
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
      const error = check(entry, depth + 1, maxLength);
      if (error) return error;
    }
    return null;
  };
  for (const name in variables) {
    // The variable in which the gateway sends representations. The same limit applies to the `_entities` field.
    const error = check(
      variables[name],
      1,
      name === 'representations' ? Math.max(maxListLength, maxRepresentations) : maxListLength,
    );
    if (error) return error;
  }
  return null;
}
