-- What one row of each table counts for, and the rollups kept of them.
create function sample_record_facts(r sample_record) returns setof fact language sql immutable begin atomic
  select f.metric, r.division_code, f.day, 1::bigint
  from (values
    (case when r.status = 'ACTIVE' then 'sample_records:' || r.kind end, null::date),
    ('sample_records_registered', r.registered_on),
    (case when r.status = 'CLOSED' then 'sample_records_closed' end, r.closed_on)
  ) f(metric, day)
  where f.metric is not null;
end;
--> statement-breakpoint
select tally_table('sample_record', 'sample_record_facts');
--> statement-breakpoint
-- The kit keeps the sums in rollup; the view lists them one by one.
drop table tally;
--> statement-breakpoint
create view tally as
  select r.division_code, a.key collate "C" as metric, r.grain, r.start, r.slot, a.value::bigint as amount
  from rollup r cross join lateral jsonb_each_text(r.amounts) a;
