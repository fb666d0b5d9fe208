// The code tables of GB/T 28181, of which device codes are made.
import { divisionCode } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';

/** Rows may be added or corrected; `note` says what has not been verified. */
const codeColumns = () => ({
  code: text('code').primaryKey(),
  nameZh: text('name_zh').notNull(),
  nameEn: text('name_en').notNull(),
  note: text('note'),
});

export const deviceIndustry = pgTable('device_industry', codeColumns(), (table) => [
  check('device_industry_code', sql`${table.code} ~ '^[0-9]{2}$'`),
]);
export const deviceType = pgTable('device_type', codeColumns(), (table) => [
  check('device_type_code', sql`${table.code} ~ '^[0-9]{3}$'`),
]);
export const deviceNetwork = pgTable('device_network', codeColumns(), (table) => [
  check('device_network_code', sql`${table.code} ~ '^[0-9]$'`),
]);

/**
 * The code of a device or platform, with the parts that the tables above name. Triggers check the parts against
 * those tables once per statement: foreign keys would look up each part of each row, which took a fifth of an
 * import.
 */
export const deviceCodeColumns = () => ({
  deviceCode: divisionCode('device_code').notNull().unique(),
  industryCode: text('industry_code').generatedAlwaysAs(sql`substr(device_code, 9, 2)`),
  typeCode: text('type_code').generatedAlwaysAs(sql`substr(device_code, 11, 3)`),
  networkCode: text('network_code').generatedAlwaysAs(sql`substr(device_code, 14, 1)`),
});

export type DeviceIndustry = typeof deviceIndustry.$inferSelect;
