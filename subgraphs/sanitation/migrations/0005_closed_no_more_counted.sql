-- What is closed stays for its history, and is counted no more; campaigns that were over before they could be closed are closed.
create or replace function road_facts(r road) returns setof fact language sql immutable as $$
  select ('roads', r.division_code, null::date, 1::bigint)::fact where r.closed_on is null
$$;
--> statement-breakpoint
create or replace function sanitation_crew_facts(c sanitation_crew) returns setof fact language sql immutable as $$
  select (f.metric, c.division_code, null::date, f.amount::bigint)::fact
  from (values ('crews', 1), ('workers_on_duty', c.workers_on_duty)) f(metric, amount)
  where c.disbanded_on is null
$$;
--> statement-breakpoint
create or replace function pollution_source_facts(s pollution_source) returns setof fact language sql immutable as $$
  select ('pollution_sources:' || s.category, s.division_code, null::date, 1::bigint)::fact where s.closed_on is null
$$;
--> statement-breakpoint
update enforcement_campaign set closed_at = (ended_on + time '18:00') at time zone 'Asia/Shanghai'
where ended_on < shanghai_day(now());
