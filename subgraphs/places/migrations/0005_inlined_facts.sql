-- Columns, and not one row of them: as such a function is read into the query that counts, and not called for each row.
create or replace function service_point_facts(s service_point) returns setof fact language sql immutable as $$
  select 'service_points:' || s.circle, s.division_code, null::date, 1::bigint where s.status = 'OPEN'
$$;
