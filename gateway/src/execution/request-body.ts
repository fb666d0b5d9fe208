// Writes the bodies of a fetch's requests to its subgraph.
import { toLatin1 } from '../answer/latin1.ts';
import { clientVariable } from '../planning/operation-to-plan.ts';
import type { FetchNode } from '../query-planner/query-plan.ts';
import type { Execution } from './execution.ts';

/** Returns latin1 text; `representations` are null for a fetch of root fields. */
export type WriteBody = (execution: Execution, representations: readonly string[] | null) => string;

export function compileBody(
  { operation, variables }: Pick<FetchNode, 'operation' | 'variables'>,
  operationName: string | null,
  aliasPrefix: string,
): WriteBody {
  const query = operationName === null ? operation : withName(operation, operationName);
  const nameMember = operationName === null ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = toLatin1(`{"query":${JSON.stringify(query)}${nameMember},"variables":{`);
  const members = variables.map((name) => ({
    key: `"${name}":`,
    variable: clientVariable(name, aliasPrefix),
  }));
  return (execution, representations) => {
    let text = representations ? `"representations":[${representations.join()}]` : '';
    for (const { key, variable } of members) {
      const value = execution.variableText(variable);
      if (value !== null) text += (text ? ',' : '') + key + value;
    }
    return `${head}${text}}}`;
  };
}

const withName = (operation: string, name: string): string =>
  operation.startsWith('{')
    ? `query ${name}${operation}`
    : operation.replace(/^\w+/, (keyword) => `${keyword} ${name}`);
