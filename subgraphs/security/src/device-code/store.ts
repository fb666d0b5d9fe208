// The SQL of the code tables.
import type { Sql } from '@district-graph/kit/database/database';

export type CodeTable = 'INDUSTRY' | 'TYPE' | 'NETWORK';

export interface CodeRow {
  codeTable: CodeTable;
  code: string;
  nameZh: string;
  nameEn: string;
  note: string | null;
}

/** All rows of the named tables, by code: 80 rows in all. */
export const findCodes = (sql: Sql, tables: readonly string[]) => sql<CodeRow[]>`
  select * from (
    select 'INDUSTRY' as code_table, * from device_industry
    union all select 'TYPE', * from device_type
    union all select 'NETWORK', * from device_network
  ) c
  where code_table = any(${tables as string[]}::text[])
  order by code_table, code`;
