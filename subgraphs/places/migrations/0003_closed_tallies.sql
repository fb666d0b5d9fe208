-- What is closed counts for nothing. No row is closed yet, so the tallies kept stay right.
create or replace function service_centre_facts(s service_centre) returns setof fact language sql immutable as $$
  select ('service_centres:' || s.grade, s.division_code, null::date, 1::bigint)::fact where s.status = 'OPEN'
$$;
--> statement-breakpoint
create or replace function service_point_facts(s service_point) returns setof fact language sql immutable as $$
  select ('service_points:' || s.circle, s.division_code, null::date, 1::bigint)::fact where s.status = 'OPEN'
$$;
