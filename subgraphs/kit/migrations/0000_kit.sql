-- What every room's database has before its own tables: division codes, places on the plane, identifiers, and tallies.
create extension if not exists btree_gist;
--> statement-breakpoint
-- The codes of a division and of all divisions above it, city first: '410105007003' -> {410100,410105,410105007,410105007003}.
create function division_path(code text) returns text[] language sql immutable strict parallel safe as $$
  select case
    when length(code) = 6 and right(code, 2) = '00' then array[code]
    when length(code) = 6 then array[left(code, 4) || '00', code]
    when length(code) = 9 then array[left(code, 4) || '00', left(code, 6), code]
    else array[left(code, 4) || '00', left(code, 6), left(code, 9), code]
  end
$$;
--> statement-breakpoint
-- The significant digits of a code: whatever lies inside the division starts with them. '410100' -> '4101'.
create function division_prefix(code text) returns text language sql immutable strict parallel safe as $$
  select case when length(code) = 6 and right(code, 2) = '00' then left(code, 4) else code end
$$;
--> statement-breakpoint
-- The first string after every string that starts with the prefix, so that "inside" is a range of one index.
create function prefix_end(prefix text) returns text language sql immutable strict parallel safe as $$
  select left(prefix, -1) || chr(ascii(right(prefix, 1)) + 1)
$$;
--> statement-breakpoint
create function is_division_code(code text) returns boolean language sql immutable parallel safe as $$
  select code ~ '^[0-9]{6}([0-9]{3}([0-9]{3})?)?$'
$$;
--> statement-breakpoint
-- A version 7 identifier bears digits 4 to 6 of its district's code in its 12 random bits after the version, so a row's
-- home can be told from its key alone: '01a1fc14-c3c1-7069-…' -> 0x069 = 105 -> district 410105.
create function id_district(id uuid) returns integer language sql immutable strict parallel safe as $$
  select ('x' || substr(id::text, 16, 3))::bit(12)::integer
$$;
--> statement-breakpoint
create function is_home(id uuid, division_code text) returns boolean language sql immutable strict parallel safe as $$
  select id_district(id) = substr(division_code, 4, 3)::integer
$$;
--> statement-breakpoint
-- WGS 84 degrees on a plane that is true to scale at Zhengzhou (cos 34.75° = 0.8216), in metres: good to 0.5 % inside the city.
create function geo_plane(longitude double precision, latitude double precision) returns point
language sql immutable strict parallel safe as $$
  select point(longitude * 111319.49 * 0.8216, latitude * 111319.49)
$$;
--> statement-breakpoint
-- A tally is a sum that is kept while the rows change. A table's facts function says what one of its rows counts for;
-- the trigger adds the facts of new rows and takes away those of old ones, in the same transaction, at every level above
-- the row's division and, where the fact has a day, by day, month and year.
create type fact as (metric text, division_code text, day date, amount bigint);
--> statement-breakpoint
create table tally (
  division_code text collate "C" not null,
  metric text collate "C" not null,
  grain text collate "C" not null check (grain in ('STOCK', 'DAY', 'MONTH', 'YEAR')),
  start date not null,
  -- Concurrent writers add to different slots, so that a city's row is no queue; readers sum them.
  slot smallint not null,
  amount bigint not null,
  primary key (division_code, metric, grain, start, slot)
) with (fillfactor = 80);
--> statement-breakpoint
create function tally_add(facts fact[]) returns void language sql as $$
  insert into tally as t (division_code, metric, grain, start, slot, amount)
  select p.code, f.metric, g.grain, g.start, (pg_backend_pid() % 8)::smallint, sum(f.amount)
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
  order by 1, 2, 3, 4
  on conflict (division_code, metric, grain, start, slot) do update set amount = t.amount + excluded.amount
$$;
--> statement-breakpoint
create function tally_change() returns trigger language plpgsql as $$
declare
  source text := '';
begin
  if TG_OP <> 'INSERT' then
    source := format('select f.metric, f.division_code, f.day, -f.amount as amount from old_rows r cross join lateral %I(r::%I) f',
      TG_ARGV[0], TG_TABLE_NAME);
  end if;
  if TG_OP <> 'DELETE' then
    if source <> '' then source := source || ' union all '; end if;
    source := source || format('select f.metric, f.division_code, f.day, f.amount from new_rows r cross join lateral %I(r::%I) f',
      TG_ARGV[0], TG_TABLE_NAME);
  end if;
  execute 'select tally_add(array(select row(metric, division_code, day, sum(amount))::fact from (' || source
    || ') s where metric is not null and division_code is not null group by metric, division_code, day having sum(amount) <> 0))';
  return null;
end
$$;
--> statement-breakpoint
-- Keeps a table's tallies: tally_table('care_visit', 'care_visit_facts').
create function tally_table(table_name text, facts_function text) returns void language plpgsql as $$
begin
  execute format('create trigger %I after insert on %I referencing new table as new_rows for each statement execute function tally_change(%L)',
    table_name || '_tally_insert', table_name, facts_function);
  execute format('create trigger %I after update on %I referencing old table as old_rows new table as new_rows for each statement execute function tally_change(%L)',
    table_name || '_tally_update', table_name, facts_function);
  execute format('create trigger %I after delete on %I referencing old table as old_rows for each statement execute function tally_change(%L)',
    table_name || '_tally_delete', table_name, facts_function);
end
$$;
--> statement-breakpoint
-- The differences between the tallies and a recount of the rows; no row when they agree.
create function tally_recount() returns table (division_code text, metric text, grain text, start date, kept bigint, counted bigint)
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
      select t.division_code, t.metric, t.grain, t.start, sum(t.amount)::bigint as amount from tally t group by 1, 2, 3, 4
    )
    select coalesce(k.division_code, c.division_code), coalesce(k.metric, c.metric), coalesce(k.grain, c.grain),
      coalesce(k.start, c.start), coalesce(k.amount, 0), coalesce(c.amount, 0)
    from kept k full join counted c
      on (k.division_code, k.metric, k.grain, k.start) = (c.division_code, c.metric, c.grain, c.start)
    where coalesce(k.amount, 0) <> coalesce(c.amount, 0)';
end
$$;
