-- What one row of each table counts for, the tallies kept of them, the counts that triggers keep, and the plane's index.
create function shanghai_day(at timestamptz) returns date language sql immutable strict parallel safe as $$
  select ((at at time zone 'UTC') + interval '8 hours')::date
$$;
--> statement-breakpoint
create function elder_facts(e elder) returns setof fact language sql immutable as $$
  select (v.metric, e.division_code, null::date, 1::bigint)::fact
  from (values ('elders'), (case when e.care_mode = 'HOME' then 'home_care_recipients' end)) v(metric)
$$;
--> statement-breakpoint
select tally_table('elder', 'elder_facts');
--> statement-breakpoint
create function household_facts(h household) returns setof fact language sql immutable as $$
  select ('home_care_households', h.division_code, null::date, 1::bigint)::fact where h.recipients > 0
$$;
--> statement-breakpoint
select tally_table('household', 'household_facts');
--> statement-breakpoint
-- Keeps household.recipients and care_institution.residents_count equal to the elders that name them.
create function elder_counts() returns trigger language plpgsql as $$
declare
  source text := '';
begin
  if TG_OP <> 'INSERT' then source := 'select household_id, care_institution_id, care_mode, -1 as amount from old_rows'; end if;
  if TG_OP = 'UPDATE' then source := source || ' union all '; end if;
  if TG_OP <> 'DELETE' then source := source || 'select household_id, care_institution_id, care_mode, 1 as amount from new_rows'; end if;
  execute 'update household h set recipients = h.recipients + c.amount from (select household_id as id, sum(amount) as amount from ('
    || source || ') s where care_mode = ''HOME'' group by household_id having sum(amount) <> 0 order by 1) c where h.id = c.id';
  execute 'update care_institution i set residents_count = i.residents_count + c.amount from (select care_institution_id as id, sum(amount) as amount from ('
    || source || ') s where care_institution_id is not null group by care_institution_id having sum(amount) <> 0 order by 1) c where i.id = c.id';
  return null;
end
$$;
--> statement-breakpoint
create trigger elder_counts_insert after insert on elder referencing new table as new_rows for each statement execute function elder_counts();
--> statement-breakpoint
create trigger elder_counts_update after update on elder referencing old table as old_rows new table as new_rows for each statement execute function elder_counts();
--> statement-breakpoint
create trigger elder_counts_delete after delete on elder referencing old table as old_rows for each statement execute function elder_counts();
--> statement-breakpoint
create function care_worker_facts(w care_worker) returns setof fact language sql immutable as $$
  select (v.metric, w.division_code, null::date, 1::bigint)::fact
  from (values ('care_workers:' || w.role),
    (case when w.on_duty and w.role = 'HOME_CARE' then 'care_workers_on_duty' end),
    (case when w.certified and w.role = 'SOCIAL_WORKER' then 'certified_social_workers' end)) v(metric)
$$;
--> statement-breakpoint
select tally_table('care_worker', 'care_worker_facts');
--> statement-breakpoint
create function care_institution_facts(i care_institution) returns setof fact language sql immutable as $$
  select (v.metric, i.division_code, null::date, v.amount::bigint)::fact
  from (values ('institutions:' || i.kind, 1), ('institution_beds', i.beds), ('institution_residents', i.residents_count)) v(metric, amount)
$$;
--> statement-breakpoint
select tally_table('care_institution', 'care_institution_facts');
--> statement-breakpoint
create function care_visit_facts(v care_visit) returns setof fact language sql immutable as $$
  select (f.metric, v.division_code, f.day, f.amount::bigint)::fact
  from (values
    ('visits_requested', shanghai_day(v.requested_at), 1),
    (case when v.status = 'COMPLETED' then 'visits_completed' end, shanghai_day(v.completed_at), 1),
    (case when v.status = 'CANCELLED' then 'visits_cancelled' end, shanghai_day(v.cancelled_at), 1),
    (case when v.rating is not null then 'ratings' end, shanghai_day(v.completed_at), v.rating::integer),
    (case when v.rating is not null then 'rated_visits' end, shanghai_day(v.completed_at), 1)
  ) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('care_visit', 'care_visit_facts');
--> statement-breakpoint
create function subsidy_facts(s subsidy) returns setof fact language sql immutable as $$
  select (f.metric, s.division_code, s.month, f.amount)::fact
  from (values ('subsidies:' || s.scheme, 1::bigint), ('subsidy_fen:' || s.scheme, s.amount_fen)) f(metric, amount)
  where s.status <> 'STOPPED'
$$;
--> statement-breakpoint
select tally_table('subsidy', 'subsidy_facts');
--> statement-breakpoint
create function service_purchase_facts(p service_purchase) returns setof fact language sql immutable as $$
  select (f.metric, p.division_code, f.day, f.amount)::fact
  from (values ('service_purchases', p.purchased_on, 1::bigint), ('service_purchase_fen', p.purchased_on, p.amount_fen),
    ('service_purchase_posts', p.purchased_on, p.posts::bigint), ('service_purchases_kept', null, 1)) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('service_purchase', 'service_purchase_facts');
--> statement-breakpoint
create function outreach_event_facts(o outreach_event) returns setof fact language sql immutable as $$
  select (f.metric, o.division_code, f.day, f.amount::bigint)::fact
  from (values ('outreach_events:' || o.kind, o.held_on, 1), ('outreach_beneficiaries:' || o.kind, o.held_on, o.beneficiaries),
    ('outreach_events_kept', null, 1)) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('outreach_event', 'outreach_event_facts');
--> statement-breakpoint
create index care_institution_plane on care_institution using gist (geo_plane(longitude, latitude));
