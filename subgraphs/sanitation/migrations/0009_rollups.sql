-- The sums stand in rollup; what reads them one by one finds them as before.
drop table tally;
--> statement-breakpoint
create view tally as
  select r.division_code, a.key collate "C" as metric, r.grain, r.start, r.slot, a.value::bigint as amount
  from rollup r cross join lateral jsonb_each_text(r.amounts) a;
