// The refusal of a device code that is entered.
import type { Sql } from '@district-graph/kit/database';
import type { Written } from '@district-graph/kit/writes';
import { checkDeviceCode, typesOfKind } from './device-code.ts';
import { type CodeTable, findCodes } from './store.ts';

/** The refusal of a code that a device of this kind in this division may not bear, or null. */
export async function refusedDeviceCode(
  sql: Sql,
  deviceCode: string,
  kind: keyof typeof typesOfKind,
  divisionCode: string,
): Promise<Written | null> {
  const rows = await findCodes(sql, ['INDUSTRY', 'NETWORK']);
  const codes = (table: CodeTable) =>
    new Set(rows.filter((row) => row.codeTable === table).map((row) => row.code));
  const fault = checkDeviceCode(deviceCode, {
    industries: codes('INDUSTRY'),
    types: typesOfKind[kind],
    networks: codes('NETWORK'),
    district: divisionCode.slice(0, 6),
  });
  return fault && { __typename: 'InvalidDeviceCode', ...fault };
}
