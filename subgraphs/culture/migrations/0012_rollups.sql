-- The sums stand in rollup; what reads them one by one finds them as before.
drop table tally;
--> statement-breakpoint
create view tally as
  select r.division_code, a.key collate "C" as metric, r.grain, r.start, r.slot, a.value::bigint as amount
  from rollup r cross join lateral jsonb_each_text(r.amounts) a;
--> statement-breakpoint
-- Venues are counted by kind since 0002: where that came after the sums had moved, it left them as they were.
insert into rollup as r (division_code, grain, start, slot, amounts)
  select division_code, grain, start, 0, jsonb_object_agg(metric, counted - kept) from tally_recount()
  where exists (select from rollup where amounts ? 'venues') group by 1, 2, 3
  on conflict (division_code, grain, start, slot) do update set amounts = r.amounts || (
    select jsonb_object_agg(a.key, coalesce((r.amounts ->> a.key)::bigint, 0) + a.value::bigint) from jsonb_each_text(excluded.amounts) a
  );
