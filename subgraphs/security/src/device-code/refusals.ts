// Refusal of an invalid device code.

import type { Sql } from '@district-graph/kit/database/database';
import type { MutationResult } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { checkDeviceCode, type DeviceCodeFault, type DeviceCodeRules, typesOfKind } from './device-code.ts';
import { type CodeTable, findCodes } from './store.ts';

/** The parts that the code of a device of this kind may have. */
export async function deviceCodeRules(sql: Sql, kind: keyof typeof typesOfKind): Promise<DeviceCodeRules> {
  const rows = await findCodes(sql, ['INDUSTRY', 'NETWORK']);
  const codes = (table: CodeTable) =>
    new Set(rows.filter((row) => row.codeTable === table).map((row) => row.code));
  return { industries: codes('INDUSTRY'), types: typesOfKind[kind], networks: codes('NETWORK') };
}

/** The refusal of a code that a device of this kind in this division may not have, or null. */
export async function refusedDeviceCode(
  sql: Sql,
  deviceCode: string,
  kind: keyof typeof typesOfKind,
  divisionCode: string,
): Promise<MutationResult | null> {
  const rules = await deviceCodeRules(sql, kind);
  const fault = checkDeviceCode(deviceCode, { ...rules, district: divisionCode.slice(0, 6) });
  return fault && invalidDeviceCode(fault);
}

const invalidDeviceCode = defineRefusal(
  'InvalidDeviceCode',
  ({ position, reason, text }: DeviceCodeFault) => ({ ...text, fields: { position, reason } }),
);
