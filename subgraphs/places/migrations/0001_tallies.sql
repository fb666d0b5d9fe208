-- What one row of each table counts for, the tallies kept of them, and the indexes that only SQL can name.
create function division_facts(d division) returns setof fact language sql immutable as $$
  select ('divisions:' || d.level, d.parent_code, null::date, 1::bigint)::fact where d.parent_code is not null
$$;
--> statement-breakpoint
select tally_table('division', 'division_facts');
--> statement-breakpoint
create function community_facts(c community) returns setof fact language sql immutable as $$
  select (v.metric, c.code, null::date, v.amount::bigint)::fact
  from (values
    ('households', c.households),
    ('residents', c.residents),
    ('communities:' || c.class, 1),
    (case when c.premises_area >= 1000 then 'premises:OVER_1000' when c.premises_area >= 500 then 'premises:500_TO_1000'
      else 'premises:UNDER_500' end, 1)
  ) v(metric, amount)
$$;
--> statement-breakpoint
select tally_table('community', 'community_facts');
--> statement-breakpoint
create function service_centre_facts(s service_centre) returns setof fact language sql immutable as $$
  select ('service_centres:' || s.grade, s.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('service_centre', 'service_centre_facts');
--> statement-breakpoint
create function service_point_facts(s service_point) returns setof fact language sql immutable as $$
  select ('service_points:' || s.circle, s.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('service_point', 'service_point_facts');
--> statement-breakpoint
create index service_centre_plane on service_centre using gist (geo_plane(longitude, latitude));
--> statement-breakpoint
create index service_point_plane on service_point using gist (geo_plane(longitude, latitude));
