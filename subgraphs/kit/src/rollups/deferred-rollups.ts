// Fills tables with their rollups deferred: counting all rows once takes half the time of the triggers, which count after each COPY.
import type { Sql } from '../database/database.ts';

interface RolledUpTable {
  /** The table and the triggers that maintain its rollups, as quoted names. */
  name: string;
  triggers: string[];
  /** The function that returns what a row counts for. */
  facts: string;
}

/**
 * Runs `fill` with the triggers disabled, then adds what the transaction's rows count for. No other transaction can write to those
 * tables until this one ends.
 */
export async function withDeferredRollups(sql: Sql, fill: () => Promise<void>): Promise<void> {
  const tables = await sql<RolledUpTable[]>`
    select c.oid::regclass::text as name, array_agg(quote_ident(t.tgname)) as triggers,
      quote_ident(rtrim(replace(min(encode(t.tgargs, 'escape')), '\\000', ''))) as facts
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname in (c.relname || '_tally_insert', c.relname || '_tally_update', c.relname || '_tally_delete')
    group by 1`;
  for (const { name, triggers } of tables)
    await sql.unsafe(`alter table ${name} ${triggers.map((each) => `disable trigger ${each}`).join(', ')}`);
  await fill();
  for (const { name, triggers } of tables)
    await sql.unsafe(`alter table ${name} ${triggers.map((each) => `enable trigger ${each}`).join(', ')}`);
  if (tables.length === 0) return;
  await sql`set local work_mem = '64MB'`;
  // Each step sums up the previous one: days from rows, months from days, years from months.
  await sql.unsafe(`
    with fact as materialized (
      ${tables
        .map(
          ({ name, facts }) => `select f.metric, f.division_code, f.day, sum(f.amount)::bigint as amount
            from ${name} r cross join lateral ${facts}(r) f
            where r.xmin = pg_current_xact_id()::xid and f.metric is not null and f.division_code is not null
            group by 1, 2, 3`,
        )
        .join(' union all ')}
    ), path as materialized (
      select division_code, unnest(division_path(division_code)) as code
      from (select distinct division_code from fact) each_code
    ), by_day as materialized (
      select code, metric, day, sum(amount)::bigint as amount from fact join path using (division_code) group by 1, 2, 3
    ), by_month as materialized (
      select code, metric, date_trunc('month', day::timestamp)::date as start, sum(amount)::bigint as amount
      from by_day where day is not null group by 1, 2, 3
    ), counted as (
      select code, case when day is null then 'STOCK' else 'DAY' end as grain, coalesce(day, date '0001-01-01') as start,
        metric, amount
      from by_day
      union all select code, 'MONTH', start, metric, amount from by_month
      union all
      select code, 'YEAR', date_trunc('year', start::timestamp)::date, metric, sum(amount)::bigint from by_month group by 1, 3, 4
    )
    insert into rollup as r (division_code, grain, start, slot, amounts)
    select code, grain, start, 0, jsonb_object_agg(metric, amount) from counted where amount <> 0 group by 1, 2, 3 order by 1, 2, 3
    on conflict (division_code, grain, start, slot) do update set amounts = r.amounts || (
      select jsonb_object_agg(a.key, coalesce((r.amounts ->> a.key)::bigint, 0) + a.value::bigint)
      from jsonb_each_text(excluded.amounts) a
    )`);
}
