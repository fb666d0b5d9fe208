-- Columns, and not one row of them: as such a function is read into the query that counts, and not called for each row.
create or replace function elder_facts(e elder) returns setof fact language sql immutable as $$
  select v.metric, e.division_code, null::date, 1::bigint
  from (values ('elders'), (case when e.care_mode = 'HOME' then 'home_care_recipients' end)) v(metric)
  where e.status = 'REGISTERED'
$$;
--> statement-breakpoint
create or replace function household_facts(h household) returns setof fact language sql immutable as $$
  select 'home_care_households', h.division_code, null::date, 1::bigint where h.recipients > 0
$$;
