-- Without the withdrawn matters, those received and closed do not add up to the open ones.
create or replace function petition_matter_facts(m petition_matter) returns setof fact language sql immutable as $$
  select f.metric, m.division_code, f.day, f.amount
  from (values
    (case when m.status not in ('CLOSED', 'WITHDRAWN') then 'petition_matters_open' end, null::date, 1::bigint),
    ('petition_matters_received', m.received_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_matters_closed' end, m.finished_on, 1::bigint),
    (case when m.status = 'WITHDRAWN' then 'petition_matters_withdrawn' end, m.finished_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_settlement_days' end, m.finished_on, (m.finished_on - m.received_on)::bigint),
    (case when m.status = 'CLOSED' and m.finished_on <= m.settle_due_on then 'petition_matters_settled_in_time' end, m.finished_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_people_concerned' end, m.finished_on, m.people_concerned::bigint),
    (case when m.status = 'CLOSED' then 'petition_recovered_fen' end, m.finished_on, m.recovered_fen),
    (case when m.status = 'CLOSED' and m.kind = 'WAGES' then 'petition_people_concerned:WAGES' end, m.finished_on, m.people_concerned::bigint),
    (case when m.status = 'CLOSED' and m.kind = 'WAGES' then 'petition_recovered_fen:WAGES' end, m.finished_on, m.recovered_fen)
  ) f(metric, day, amount)
$$;
--> statement-breakpoint
-- What is in the table already.
insert into rollup as r (division_code, grain, start, slot, amounts)
  select division_code, grain, start, 0, jsonb_object_agg(metric, counted - kept) from tally_recount()
  where metric = 'petition_matters_withdrawn' group by 1, 2, 3
  on conflict (division_code, grain, start, slot) do update set amounts = r.amounts || excluded.amounts;
--> statement-breakpoint
select pin_search_path();
