-- What one row of each table counts for, the tallies kept of them, the order of steps, and the indexes that only SQL can name.
create function shanghai_day(at timestamptz) returns date language sql immutable strict parallel safe as $$
  select ((at at time zone 'UTC') + interval '8 hours')::date
$$;
--> statement-breakpoint
create function road_facts(r road) returns setof fact language sql immutable as $$
  select ('roads', r.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('road', 'road_facts');
--> statement-breakpoint
create function sanitation_crew_facts(c sanitation_crew) returns setof fact language sql immutable as $$
  select (f.metric, c.division_code, null::date, f.amount::bigint)::fact from (values ('crews', 1), ('workers_on_duty', c.workers_on_duty)) f(metric, amount)
$$;
--> statement-breakpoint
select tally_table('sanitation_crew', 'sanitation_crew_facts');
--> statement-breakpoint
create function sanitation_vehicle_facts(v sanitation_vehicle) returns setof fact language sql immutable as $$
  select (f.metric, v.division_code, null::date, 1::bigint)::fact
  from (values ('vehicles:' || v.kind), (case when v.on_duty then 'vehicles_on_duty' end)) f(metric)
$$;
--> statement-breakpoint
select tally_table('sanitation_vehicle', 'sanitation_vehicle_facts');
--> statement-breakpoint
create function cleaning_run_facts(r cleaning_run) returns setof fact language sql immutable as $$
  select ('cleaning_runs_completed', r.division_code, r.day, 1::bigint)::fact where r.status = 'COMPLETED'
$$;
--> statement-breakpoint
select tally_table('cleaning_run', 'cleaning_run_facts');
--> statement-breakpoint
-- A step starts when the one before it is done.
create function cleaning_step_in_order() returns trigger language plpgsql as $$
begin
  if new.status <> 'PENDING' and new.ordinal > 1 and not exists (
    select from cleaning_step s where s.run_id = new.run_id and s.ordinal = new.ordinal - 1
      and s.status = 'COMPLETED' and s.completed_at <= new.started_at
  ) then
    raise exception 'step % of run % starts before the one before it is done', new.kind, new.run_id
      using errcode = 'check_violation', constraint = 'cleaning_step_in_order';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger cleaning_step_in_order before insert or update on cleaning_step for each row execute function cleaning_step_in_order();
--> statement-breakpoint
create function road_flush_keep() returns trigger language plpgsql as $$
begin
  insert into road_flush (road_id, day)
  select distinct r.road_id, shanghai_day(s.completed_at) from new_rows s join cleaning_run r on r.id = s.run_id
  where s.kind = 'FLUSH' and s.status = 'COMPLETED' order by 1, 2
  on conflict do nothing;
  return null;
end
$$;
--> statement-breakpoint
create trigger road_flush_insert after insert on cleaning_step referencing new table as new_rows for each statement execute function road_flush_keep();
--> statement-breakpoint
create trigger road_flush_update after update on cleaning_step referencing new table as new_rows for each statement execute function road_flush_keep();
--> statement-breakpoint
create function blind_spot_facts(b blind_spot) returns setof fact language sql immutable as $$
  select (f.metric, b.division_code, f.day, 1::bigint)::fact
  from (values ('blind_spots:' || b.status, null::date), ('blind_spots_reported', shanghai_day(b.reported_at)),
    (case when b.status = 'CLEARED' then 'blind_spots_cleared' end, shanghai_day(b.cleared_at))) f(metric, day)
$$;
--> statement-breakpoint
select tally_table('blind_spot', 'blind_spot_facts');
--> statement-breakpoint
create function vehicle_dispatch_facts(d vehicle_dispatch) returns setof fact language sql immutable as $$
  select ('dispatches:' || d.purpose, d.division_code, shanghai_day(d.departed_at), 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('vehicle_dispatch', 'vehicle_dispatch_facts');
--> statement-breakpoint
create function pollution_source_facts(s pollution_source) returns setof fact language sql immutable as $$
  select ('pollution_sources:' || s.category, s.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('pollution_source', 'pollution_source_facts');
--> statement-breakpoint
create function pollution_alert_facts(a pollution_alert) returns setof fact language sql immutable as $$
  select ('alerts', a.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('pollution_alert', 'pollution_alert_facts');
--> statement-breakpoint
create function inspection_team_facts(t inspection_team) returns setof fact language sql immutable as $$
  select ('inspection_teams', t.division_code, t.sent_on, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('inspection_team', 'inspection_team_facts');
--> statement-breakpoint
create function inspection_facts(i inspection) returns setof fact language sql immutable as $$
  select (f.metric, i.division_code, shanghai_day(i.inspected_at), 1::bigint)::fact
  from (values ('inspections'), (case when i.finding = 'VIOLATION' then 'violations' end)) f(metric)
$$;
--> statement-breakpoint
select tally_table('inspection', 'inspection_facts');
--> statement-breakpoint
create function enforcement_campaign_facts(c enforcement_campaign) returns setof fact language sql immutable as $$
  select (f.metric, c.division_code, f.day, f.amount::bigint)::fact
  from (values ('campaigns', null, 1), ('campaign_person_times', c.started_on, c.person_times),
    ('campaign_vehicle_times', c.started_on, c.vehicle_times), ('campaign_vehicles_held', c.started_on, c.vehicles_held),
    ('campaign_small_ads', c.started_on, c.small_ads_cleared), ('campaign_light_boxes', c.started_on, c.light_boxes_removed),
    ('campaign_billboards', c.started_on, c.billboards_removed),
    ('campaign_steel_structures', c.started_on, c.steel_structures_removed)) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('enforcement_campaign', 'enforcement_campaign_facts');
--> statement-breakpoint
create index sanitation_vehicle_plane on sanitation_vehicle using gist (geo_plane(longitude, latitude)) where status = 'AVAILABLE';
--> statement-breakpoint
-- CJJ/T 126, figures of the 2008 edition from memory: to be verified against the text before they are relied on.
insert into cleaning_grade_standard (edition, grade, peels, papers, cigarette_ends, sputum, sewage_square_metres, other) values
  ('CJJ/T 126-2008 (待核对 to be verified)', 'FIRST', 4, 4, 4, 4, 0, 0),
  ('CJJ/T 126-2008 (待核对 to be verified)', 'SECOND', 6, 6, 8, 8, 0.5, 2),
  ('CJJ/T 126-2008 (待核对 to be verified)', 'THIRD', 8, 10, 10, 10, 1.5, 6),
  ('CJJ/T 126-2008 (待核对 to be verified)', 'FOURTH', 10, 12, 15, 15, 2, 8);
