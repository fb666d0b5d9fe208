-- A table's tallies are kept by functions of its own, whose statements are planned once a connection: as one text for all tables
-- they were planned anew by every write, for half of what keeping tallies took.
create or replace function tally_table(table_name text, facts_function text) returns void language plpgsql as $$
declare
  old_facts text := format('select f.metric, f.division_code, f.day, -f.amount as amount from old_rows r cross join lateral %I(r::%I) f',
    facts_function, table_name);
  new_facts text := format('select f.metric, f.division_code, f.day, f.amount from new_rows r cross join lateral %I(r::%I) f',
    facts_function, table_name);
  change record;
begin
  for change in
    select table_name || '_tally_' || c.action as name, c.* from (values
      ('insert', 'new table as new_rows', new_facts),
      ('update', 'old table as old_rows new table as new_rows', old_facts || ' union all ' || new_facts),
      ('delete', 'old table as old_rows', old_facts)
    ) c(action, referenced, facts)
  loop
    execute format('create or replace function %I() returns trigger language plpgsql set search_path from current as %L', change.name,
      'begin perform tally_add(array(select row(metric, division_code, day, sum(amount))::fact from (' || change.facts
      || ') s where metric is not null and division_code is not null group by metric, division_code, day having sum(amount) <> 0));'
      || ' return null; end');
    execute format('create or replace trigger %I after %s on %I referencing %s for each statement execute function %I(%L)',
      change.name, change.action, table_name, change.referenced, change.name, facts_function);
  end loop;
end
$$;
--> statement-breakpoint
select tally_table(c.relname, rtrim(replace(encode(t.tgargs, 'escape'), '\000', '')))
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where t.tgname = c.relname || '_tally_insert';
--> statement-breakpoint
drop function tally_change();
--> statement-breakpoint
select pin_search_path();
