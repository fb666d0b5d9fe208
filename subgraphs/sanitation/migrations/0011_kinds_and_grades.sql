-- Blind spots are counted by kind and roads by grade, too, so that aggregates read no rows.
create or replace function blind_spot_facts(b blind_spot) returns setof fact language sql immutable begin atomic
  select (f.metric, b.division_code, f.day, 1::bigint)::fact
  from (values ('blind_spots:' || b.status, null::date),
    ('blind_spots_reported', shanghai_day(b.reported_at)),
    ('blind_spots_reported:' || b.kind, shanghai_day(b.reported_at)),
    (case when b.status = 'CLEARED' then 'blind_spots_cleared' end, shanghai_day(b.cleared_at)),
    (case when b.status = 'CLEARED' then 'blind_spots_cleared:' || b.kind end, shanghai_day(b.cleared_at))) f(metric, day);
end;
--> statement-breakpoint
create or replace function road_facts(r road) returns setof fact language sql immutable begin atomic
  select (f.metric, r.division_code, null::date, 1::bigint)::fact
  from (values ('roads'), ('roads:' || r.cleaning_grade)) f(metric)
  where r.closed_on is null;
end;
--> statement-breakpoint
select tally_add(array(
  select row(f.metric, f.division_code, f.day, sum(f.amount)::bigint)::fact
  from (
    select (blind_spot_facts(b)).* from blind_spot b union all select (road_facts(r)).* from road r
  ) f
  where f.metric like 'blind\_spots\_reported:%' or f.metric like 'blind\_spots\_cleared:%' or f.metric like 'roads:%'
  group by f.metric, f.division_code, f.day
));
