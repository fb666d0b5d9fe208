-- A division's sums of one grain and start stand in one row, by metric: who reads or adds to several of them touches one row for all.

create table rollup (
  division_code text collate "C" not null,
  grain text collate "C" not null check (grain in ('STOCK', 'DAY', 'MONTH', 'YEAR')),
  start date not null,
  -- A writer adds to a slot that no open transaction holds, so that a city's row is no queue; readers sum the slots.
  slot smallint not null,
  amounts jsonb not null,
  primary key (division_code, grain, start, slot)
) with (fillfactor = 70, toast_tuple_target = 4080);
--> statement-breakpoint
lock table tally in exclusive mode;
--> statement-breakpoint
insert into rollup (division_code, grain, start, slot, amounts)
select division_code, grain, start, 0, jsonb_object_agg(metric, amount)
from (select division_code, grain, start, metric, sum(amount) as amount from tally group by 1, 2, 3, 4 having sum(amount) <> 0) t
group by 1, 2, 3
order by 1, 2, 3;
--> statement-breakpoint
-- The room's next migration replaces the table by a view of the same columns; migrations before that name it as a table.
truncate tally;
--> statement-breakpoint
create or replace function tally_add(facts fact[]) returns void language sql as $$
  insert into rollup as r (division_code, grain, start, slot, amounts)
  select c.code, c.grain, c.start, coalesce(free.slot, (pg_backend_pid() % 32)::smallint), c.amounts
  from (
    select m.code, m.grain, m.start, jsonb_object_agg(m.metric, m.amount) as amounts
    from (
      select p.code, g.grain, g.start, f.metric, sum(f.amount) as amount
      from unnest(facts) f
      cross join lateral unnest(division_path(f.division_code)) p(code)
      cross join lateral (
        select 'STOCK' as grain, date '0001-01-01' as start where f.day is null
        union all select 'DAY', f.day where f.day is not null
        union all select 'MONTH', date_trunc('month', f.day::timestamp)::date where f.day is not null
        union all select 'YEAR', date_trunc('year', f.day::timestamp)::date where f.day is not null
      ) g
      group by 1, 2, 3, 4
      having sum(f.amount) <> 0
    ) m
    group by 1, 2, 3
    order by 1, 2, 3
  ) c
  left join lateral (
    select s.slot from rollup s where s.division_code = c.code and s.grain = c.grain and s.start = c.start
    order by s.slot limit 1 for update skip locked
  ) free on true
  on conflict (division_code, grain, start, slot) do update set amounts = r.amounts || (
    select jsonb_object_agg(a.key, coalesce((r.amounts ->> a.key)::bigint, 0) + a.value::bigint) from jsonb_each_text(excluded.amounts) a
  )
$$;
--> statement-breakpoint
create or replace function tally_recount() returns table (division_code text, metric text, grain text, start date, kept bigint, counted bigint)
language plpgsql as $$
declare
  tallied record;
  source text := '';
begin
  for tallied in
    select c.relname as name, rtrim(replace(encode(t.tgargs, 'escape'), '\000', '')) as facts
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname = c.relname || '_tally_insert'
  loop
    if source <> '' then source := source || ' union all '; end if;
    source := source || format('select f.metric, f.division_code, f.day, f.amount from %I r cross join lateral %I(r) f',
      tallied.name, tallied.facts);
  end loop;
  if source = '' then return; end if;
  return query execute '
    with counted as (
      select p.code as division_code, f.metric, g.grain, g.start, sum(f.amount)::bigint as amount
      from (' || source || ') f
      cross join lateral unnest(division_path(f.division_code)) p(code)
      cross join lateral (values (''STOCK''), (''DAY''), (''MONTH''), (''YEAR'')) v(grain)
      cross join lateral (select v.grain, case v.grain
        when ''STOCK'' then date ''0001-01-01'' when ''DAY'' then f.day
        else date_trunc(lower(v.grain), f.day::timestamp)::date end as start) g
      where (v.grain = ''STOCK'') = (f.day is null) and f.metric is not null and f.division_code is not null
      group by 1, 2, 3, 4
    ), kept as (
      select r.division_code, a.key as metric, r.grain, r.start, sum(a.value::bigint)::bigint as amount
      from rollup r cross join lateral jsonb_each_text(r.amounts) a group by 1, 2, 3, 4
    )
    select coalesce(k.division_code, c.division_code), coalesce(k.metric, c.metric), coalesce(k.grain, c.grain),
      coalesce(k.start, c.start), coalesce(k.amount, 0), coalesce(c.amount, 0)
    from kept k full join counted c
      on (k.division_code, k.metric, k.grain, k.start) = (c.division_code, c.metric, c.grain, c.start)
    where coalesce(k.amount, 0) <> coalesce(c.amount, 0)';
end
$$;
--> statement-breakpoint
select pin_search_path();
