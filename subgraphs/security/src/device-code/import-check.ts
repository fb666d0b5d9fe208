// Validates the device codes of a bureau's file against code tables that are read once.
import type { Sql } from '@district-graph/kit/database/database';
import { RowFault } from '@district-graph/kit/import/module-import';
import { checkDeviceCode, type typesOfKind } from './device-code.ts';
import { deviceCodeRules } from './refusals.ts';

/** Returns a function that throws for a code that a device of this kind in that division may not have. */
export async function codeCheck(sql: Sql, kind: keyof typeof typesOfKind) {
  const rules = await deviceCodeRules(sql, kind);
  return (code: string | undefined, divisionCode: string | undefined): void => {
    if (code === undefined) return;
    const fault = checkDeviceCode(code, { ...rules, district: divisionCode?.slice(0, 6) });
    if (!fault) return;
    const { zh, en } = fault.text;
    throw new RowFault('deviceCode', { zh: zh.replace(/。$/, ''), en: en.replace(/\.$/, '') });
  };
}
