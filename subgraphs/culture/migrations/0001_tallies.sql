-- What one row of each table counts for, the tallies kept of them, seats kept from bookings, and what only SQL can say.
create function shanghai_day(at timestamptz) returns date language sql immutable strict parallel safe as $$
  select ((at at time zone 'UTC') + interval '8 hours')::date
$$;
--> statement-breakpoint
create function venue_facts(v venue) returns setof fact language sql immutable as $$
  select ('venues', v.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('venue', 'venue_facts');
--> statement-breakpoint
create function activity_facts(a activity) returns setof fact language sql immutable as $$
  select ('activities:' || a.category, a.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('activity', 'activity_facts');
--> statement-breakpoint
create function session_facts(s session) returns setof fact language sql immutable as $$
  select (f.metric, s.division_code, shanghai_day(s.starts_at), f.amount::bigint)::fact
  from (values
    (case when s.status = 'CANCELLED' then 'sessions_cancelled' else 'sessions_scheduled' end, 1),
    (case when s.status <> 'CANCELLED' then 'seats' end, s.capacity),
    (case when s.status <> 'CANCELLED' then 'seats_taken' end, s.seats_taken),
    (case when s.status = 'HELD' then 'sessions_held' end, 1),
    (case when s.status = 'HELD' then 'attended' end, s.attended),
    (case when s.status = 'HELD' then 'sessions_held:' || s.category end, 1),
    (case when s.status = 'HELD' then 'attended:' || s.category end, s.attended)
  ) f(metric, amount)
$$;
--> statement-breakpoint
select tally_table('session', 'session_facts');
--> statement-breakpoint
create function troupe_facts(t troupe) returns setof fact language sql immutable as $$
  select ('troupes:' || t.kind, t.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('troupe', 'troupe_facts');
--> statement-breakpoint
create function exhibition_facts(e exhibition) returns setof fact language sql immutable as $$
  select ('exhibitions', e.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('exhibition', 'exhibition_facts');
--> statement-breakpoint
create function culture_project_facts(p culture_project) returns setof fact language sql immutable as $$
  select (f.metric, p.division_code, null::date, f.amount)::fact
  from (values ('culture_projects', 1::bigint), ('investment_fen', p.investment_fen)) f(metric, amount)
$$;
--> statement-breakpoint
select tally_table('culture_project', 'culture_project_facts');
--> statement-breakpoint
-- Two sessions never hold one venue at the same time.
alter table session add constraint session_no_overlap
  exclude using gist (venue_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'CANCELLED');
--> statement-breakpoint
-- Keeps session.seats_taken and session.waitlist_length equal to the bookings.
create function booking_counts() returns trigger language plpgsql as $$
declare
  source text := '';
begin
  if TG_OP <> 'INSERT' then source := 'select session_id, status, -seats as seats, -1 as one from old_rows'; end if;
  if TG_OP = 'UPDATE' then source := source || ' union all '; end if;
  if TG_OP <> 'DELETE' then source := source || 'select session_id, status, seats, 1 as one from new_rows'; end if;
  execute 'update session s set seats_taken = s.seats_taken + c.seats, waitlist_length = s.waitlist_length + c.waiting from ('
    || 'select session_id, coalesce(sum(seats) filter (where status in (''CONFIRMED'', ''CHECKED_IN'')), 0) as seats,'
    || ' coalesce(sum(one) filter (where status = ''WAITLISTED''), 0) as waiting from (' || source || ') b group by session_id'
    || ') c where s.id = c.session_id and (c.seats <> 0 or c.waiting <> 0)';
  return null;
end
$$;
--> statement-breakpoint
create trigger booking_counts_insert after insert on booking referencing new table as new_rows for each statement execute function booking_counts();
--> statement-breakpoint
create trigger booking_counts_update after update on booking referencing old table as old_rows new table as new_rows for each statement execute function booking_counts();
--> statement-breakpoint
create trigger booking_counts_delete after delete on booking referencing old table as old_rows for each statement execute function booking_counts();
--> statement-breakpoint
create index session_plane on session using gist (geo_plane(longitude, latitude)) where status = 'SCHEDULED';
