-- What is closed counts for nothing that is true now. No row is closed yet, so the tallies kept stay right.
create or replace function elder_facts(e elder) returns setof fact language sql immutable as $$
  select (v.metric, e.division_code, null::date, 1::bigint)::fact
  from (values ('elders'), (case when e.care_mode = 'HOME' then 'home_care_recipients' end)) v(metric)
  where e.status = 'REGISTERED'
$$;
--> statement-breakpoint
create or replace function care_worker_facts(w care_worker) returns setof fact language sql immutable as $$
  select (v.metric, w.division_code, null::date, 1::bigint)::fact
  from (values ('care_workers:' || w.role),
    (case when w.on_duty and w.role = 'HOME_CARE' then 'care_workers_on_duty' end),
    (case when w.certified and w.role = 'SOCIAL_WORKER' then 'certified_social_workers' end)) v(metric)
  where w.status = 'REGISTERED'
$$;
--> statement-breakpoint
create or replace function care_institution_facts(i care_institution) returns setof fact language sql immutable as $$
  select (v.metric, i.division_code, null::date, v.amount::bigint)::fact
  from (values ('institutions:' || i.kind, 1), ('institution_beds', i.beds), ('institution_residents', i.residents_count)) v(metric, amount)
  where i.status = 'OPEN'
$$;
