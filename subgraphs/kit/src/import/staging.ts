// The SQL of imports: the rows of a file are staged in a temporary table, checked against the target table as a set, and merged into it.

import { type CopyValue, copyText, type OpenCopy, openCopy } from '../database/copy.ts';
import type { Sql } from '../database/database.ts';
import { prefixOf } from '../divisions/divisions.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Bilingual } from '../errors.ts';
import { FileFault } from '../spreadsheet/file-fault.ts';
import { checkIndexes, reencryptForRecords } from './encrypted-cells.ts';
import type { MappedColumn } from './header.ts';
import { type ModuleImport, targetColumnsOf } from './module-import.ts';
import type { Fault } from './rows.ts';

/** A text as an SQL literal. Texts come from declarations. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** Rows and faults of one COPY, which bounds the memory while the other COPY is open. */
const rowsPerCopy = 100_000;
const faultsPerCopy = 5000;

/** A fault as it is staged. */
export interface StagedFault extends Bilingual {
  line: number;
  column: string;
  value: string | null;
  /** Whether its value is masked already. */
  masked: boolean;
}

/** The numbers of records. */
export interface Merged {
  created: number;
  updated: number;
  unchanged: number;
}

interface StagingOptions {
  mapped: readonly MappedColumn[];
  keyring: Keyring;
  /** The divisions that the operator may write in; by default all. */
  divisions?: readonly string[] | undefined;
}

/** The staged rows of one import, in temporary tables of its transaction. */
export class ImportStaging {
  #sql: Sql;
  #definition: ModuleImport;
  #keyring: Keyring;
  #divisions: readonly string[] | undefined;
  /** The columns of the table that the file can set. */
  #settable: readonly string[];
  /** Those of them that the file has: an update compares and changes them. */
  #compared: readonly string[];
  #staged: readonly string[];
  #copy: OpenCopy | null = null;
  #rowsInCopy = 0;
  #buffered = '';
  #faults: Fault[] = [];

  constructor(sql: Sql, definition: ModuleImport, { mapped, keyring, divisions }: StagingOptions) {
    this.#sql = sql;
    this.#divisions = divisions;
    this.#definition = definition;
    this.#keyring = keyring;
    const { columns, key, stagedColumns = {} } = definition;
    const fileColumns = columns.filter(({ name }) => name !== 'id');
    this.#settable = [...new Set([...fileColumns.flatMap(targetColumnsOf), key.targetColumn])];
    const present = fileColumns.filter(
      (column) => column.resolved || mapped.some((other) => other.column === column),
    );
    this.#compared = [...new Set(present.flatMap(targetColumnsOf))];
    this.#staged = [
      ...this.#settable,
      ...Object.keys(stagedColumns),
      ...(columns.some(({ name }) => name === 'id') ? ['known_id'] : []),
    ];
  }

  /** The columns that `add` takes after line and id, in camelCase. */
  get names(): readonly string[] {
    return this.#staged.map(camelCase);
  }

  async start(): Promise<void> {
    const { table, encrypted, stagedColumns = {} } = this.#definition;
    if (encrypted) await checkIndexes(this.#sql, this.#keyring, encrypted);
    const own = this.#settable.map((name) => `t.${name}`);
    const more = Object.entries(stagedColumns).map(([name, type]) => `null::${type} as ${name}`);
    await this.#sql.unsafe(`
      create temp table import_row on commit drop as
      select null::integer as line, null::boolean as found, null::uuid as known_id, t.id, null::uuid as staged_id,
        ${[...own, ...more].join(', ')} from ${table} t with no data`);
    await this.#sql.unsafe(`
      create temp table import_fault (line integer, name text, value text, masked boolean, zh text, en text) on commit drop`);
  }

  async add(row: readonly CopyValue[]): Promise<void> {
    this.#copy ??= await openCopy(
      this.#sql,
      `copy import_row (line, id, ${this.#staged.join(', ')}) from stdin`,
    );
    this.#buffered += copyText(row);
    this.#rowsInCopy += 1;
    if (this.#buffered.length > 65_536) {
      const text = this.#buffered;
      this.#buffered = '';
      await this.#copy.write(text);
    }
    if (this.#rowsInCopy >= rowsPerCopy) await this.flush();
  }

  async reject(faults: readonly Fault[]): Promise<void> {
    this.#faults.push(...faults);
    if (this.#faults.length >= faultsPerCopy) await this.flush();
  }

  /** Ends the open COPY, and writes the faults so far. */
  async flush(): Promise<void> {
    await this.#copy?.end(this.#buffered);
    this.#copy = null;
    this.#buffered = '';
    this.#rowsInCopy = 0;
    if (this.#faults.length === 0) return;
    const copy = await openCopy(
      this.#sql,
      'copy import_fault (line, name, value, masked, zh, en) from stdin',
    );
    const rows = this.#faults.map(({ line, column, value, zh, en }) =>
      copyText([line, column, value, true, zh, en]),
    );
    this.#faults = [];
    await copy.end(rows.join(''));
  }

  abort(): void {
    this.#copy?.abort();
  }

  /** Finds existing records, and resolves the rows' keys of other records. */
  async resolve(): Promise<void> {
    const { table, key, encrypted, resolve = [], columns } = this.#definition;
    const among = key.where ? `and (${key.where})` : '';
    await this.#sql.unsafe(`
      update import_row s set staged_id = s.id, id = r.id, found = true from ${table} r where r.${key.targetColumn} = s.${key.targetColumn} ${among}`);
    if (columns.some(({ name }) => name === 'id'))
      await this.#sql.unsafe(`
        update import_row s set staged_id = s.id, id = r.id, found = true from ${table} r
        where s.known_id is not null and s.found is null and r.id = s.known_id and r.${key.targetColumn} is null`);
    // Only now is it known how many records exist: if the planner expected none, it would choose nested loops over all that they refer to.
    await this.#sql.unsafe('analyze import_row');
    if (encrypted) await reencryptForRecords(this.#sql, this.#keyring, encrypted, this.#compared);
    for (const statement of resolve) await this.#sql.unsafe(statement);
  }

  /** Adds the faults of rows against each other and against existing records; returns how many. */
  async check(): Promise<number> {
    const { key, table, status, columns, checks = [] } = this.#definition;
    const changed = `from import_row s join ${table} r on r.id = s.id where s.found`;
    let found = await this.#rejectForeign();
    found += await this.#insertFaults(`
      select line, ${literal(key.column)}, null, false, '与第 ' || first || ' 行的' || ${literal(this.#zhOf(key.column))} || '相同',
        'the same ${key.column} as on line ' || first
      from (
        select line, min(line) over (partition by ${key.targetColumn}) as first from import_row
        where ${key.targetColumn} in (select ${key.targetColumn} from import_row group by ${key.targetColumn} having count(*) > 1)
      ) d where line > first`);
    found += await this.#insertFaults(`
      select s.line, ${literal(key.column)}, null, false, '该记录为 ' || ${status.of} || '，不能再修改',
        'the record is ' || ${status.of} || ' and cannot be edited'
      ${changed} and ${status.of} not in (${status.editable.map(literal).join(', ')})`);
    if (columns.some(({ name }) => name === 'id'))
      found += await this.#insertFaults(`
        select s.line, 'id', s.known_id::text, false, '应为尚无登记编号的已有记录，或该编号所属的记录',
          'expected an existing record without a number, or the one with this number'
        from import_row s where s.known_id is not null and (s.found is null or s.id <> s.known_id)`);
    if (columns.some(({ name, immutable: fixed }) => name === 'divisionCode' && !fixed))
      found += await this.#insertFaults(`
        select s.line, 'divisionCode', s.division_code, false, '应为登记所在区县 ' || left(r.division_code, 6) || ' 内的区划代码',
          'expected a division inside the district ' || left(r.division_code, 6) || ', where it is registered'
        ${changed} and left(r.division_code, 6) <> left(s.division_code, 6)`);
    for (const column of columns) {
      const sets = targetColumnsOf(column).filter((name) => this.#compared.includes(name));
      if (!column.immutable || sets.length === 0) continue;
      const [shown] = sets;
      found += await this.#insertFaults(`
        select s.line, ${literal(column.name)}, s.${shown}::text, false, '登记后不可更改，登记的是 ' || coalesce(r.${shown}::text, '空'),
          'cannot be changed after registration; registered: ' || coalesce(r.${shown}::text, 'none')
        ${changed} and (${sets.map((name) => `r.${name}`).join(', ')}) is distinct from (${sets.map((name) => `s.${name}`).join(', ')})`);
    }
    for (const { column, of, where, zh, en } of checks) {
      const value = this.#staged.includes(this.#stagedNameOf(column))
        ? `s.${this.#stagedNameOf(column)}::text`
        : 'null';
      found += await this.#insertFaults(`
        select s.line, ${literal(column)}, ${value}, false, ${literal(zh)}, ${literal(en)}
        ${of === 'changed' ? `${changed} and` : 'from import_row s where'} (${where})`);
    }
    return found;
  }

  /**
   * Rejects rows of records in other divisions than the operator's, and removes them: what the other checks say of them would
   * disclose the records.
   */
  async #rejectForeign(): Promise<number> {
    if (!this.#divisions) return 0;
    const { key, table } = this.#definition;
    const own = this.#divisions.map(
      (division) => `starts_with(r.division_code, ${literal(prefixOf(division))})`,
    );
    const found = await this.#insertFaults(`
      select s.line, ${literal(key.column)}, null, false, '该记录登记在您权限范围以外的区划',
        'the record is registered in a division that you may not write in'
      from import_row s join ${table} r on r.id = s.id where s.found and not (${own.join(' or ') || 'false'})`);
    if (found > 0) await this.dropRejected();
    return found;
  }

  #stagedNameOf(column: string): string {
    return column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }

  #zhOf(column: string): string {
    return this.#definition.columns.find(({ name }) => name === column)?.zh ?? column;
  }

  async #insertFaults(select: string): Promise<number> {
    const { count } = await this.#sql.unsafe(
      `insert into import_fault (line, name, value, masked, zh, en) ${select}`,
    );
    return count;
  }

  /** Removes the rows with faults. */
  async dropRejected(): Promise<void> {
    await this.#sql.unsafe('delete from import_row s using import_fault f where f.line = s.line');
  }

  /** The numbers of rows with faults, and of faults. */
  async countFaults(): Promise<{ rows: number; faults: number }> {
    const [row] = await this.#sql<{ rows: number; faults: number }[]>`
      select count(distinct line)::integer as rows, count(*)::integer as faults from import_fault`;
    return row ?? { rows: 0, faults: 0 };
  }

  /** The first faults by line. */
  firstFaults(limit: number): Promise<StagedFault[]> {
    return this.#sql<StagedFault[]>`
      select line, name as column, value, masked, zh, en from import_fault order by line, name limit ${limit}`;
  }

  /** The reasons for each rejected line, in order, a thousand lines at a time. */
  rejections(): AsyncIterable<{ line: number; reason: string }[]> {
    return this.#sql<{ line: number; reason: string }[]>`
      select f.line, string_agg(concat_ws(' ', nullif(f.name, ''), f.zh || '；' || f.en), ' | ' order by f.name) as reason
      from import_fault f group by f.line order by f.line`.cursor(1000);
  }

  /** Changes the records that differ, inserts the new ones, and appends a change event for each. */
  async merge(operator: string): Promise<Merged> {
    const { status, before = [], after = [] } = this.#definition;
    const [{ rows } = { rows: 0 }] = await this.#sql<{ rows: number }[]>`
      select count(*)::integer as rows from import_row`;
    for (const statement of before) await this.#sql.unsafe(statement);
    const updated = await this.#update();
    const created = await this.#insert();
    for (const statement of after) await this.#sql.unsafe(statement);
    await this.#appendEvents(operator, status.first);
    return { created, updated, unchanged: rows - created - updated };
  }

  /** Not with `on conflict do nothing`, which looks up each row in every unique index before it inserts it. */
  async #insert(): Promise<number> {
    const { table, order = 's.division_code, s.line', constants = {} } = this.#definition;
    const names = [...this.#settable, ...Object.keys(constants)];
    const values = [...this.#settable.map((name) => `s.${name}`), ...Object.values(constants)];
    try {
      const { count } = await this.#sql.unsafe(`
        insert into ${table} (id, ${names.join(', ')}) select s.id, ${values.join(', ')}
        from import_row s where s.found is null order by ${order}`);
      return count;
    } catch (error) {
      throw isDuplicate(error) ? concurrentChange() : error;
    }
  }

  async #update(): Promise<number> {
    const { table, status } = this.#definition;
    const compared = this.#compared;
    const differing = compared.map(
      (name) => `case when r.${name} is distinct from s.${name} then ${literal(camelCase(name))} end`,
    );
    await this.#sql.unsafe(`
      create temp table import_change on commit drop as
      select s.line, s.id, ${status.of} as status, r.version, array_remove(array[${differing.join(', ')}], null) as changed
      from import_row s join ${table} r on r.id = s.id
      where s.found and (${compared.map((name) => `r.${name}`).join(', ')})
        is distinct from (${compared.map((name) => `s.${name}`).join(', ')})`);
    const [{ expected } = { expected: 0 }] = await this.#sql<{ expected: number }[]>`
      select count(*)::integer as expected from import_change`;
    if (expected === 0) return 0;
    // The version is compared so that a concurrent edit or closing is not overwritten.
    const { count } = await this.#sql.unsafe(`
      update ${table} r set ${compared.map((name) => `${name} = s.${name}`).join(', ')}, version = r.version + 1
      from import_row s join import_change c on c.line = s.line
      where r.id = s.id and r.version = c.version and c.status in (${status.editable.map(literal).join(', ')})`);
    if (count !== expected) throw concurrentChange();
    return count;
  }

  async #appendEvents(operator: string, first: string): Promise<void> {
    const { entityType, action, detail = `'{}'::jsonb` } = this.#definition;
    const columns = `${literal(operator)}, ${literal(action)}, ${literal(entityType)}`;
    await this.#sql.unsafe(`
      insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status, detail)
      select ${columns}, s.id::text, s.division_code, null, ${literal(first)}, ${detail} from import_row s
      where s.found is null order by s.line`);
    await this.#sql.unsafe(`
      insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status, detail)
      select ${columns}, s.id::text, s.division_code, c.status, c.status, jsonb_build_object('changed', c.changed)
      from import_change c join import_row s on s.line = c.line order by c.line`);
  }
}

/** A unique or exclusion constraint: another transaction has inserted the record since it was looked up. */
const isDuplicate = (error: unknown): boolean =>
  /^23(505|P01)$/.test((error as { code?: string }).code ?? '');

export const concurrentChange = (): Error =>
  new FileFault(
    '导入期间有人登记或修改了同一批记录，未写入任何内容；请重新导入。',
    'Some of these records were registered or edited by someone else meanwhile; nothing was written. Import the file again.',
  );
