-- Overviews divide the area of communities' premises by their households, so it is summed up, too.
create or replace function community_facts(c community) returns setof fact language sql immutable begin atomic
  select (v.metric, c.code, null::date, v.amount::bigint)::fact
  from (values
    ('households', c.households),
    ('residents', c.residents),
    ('communities:' || c.class, 1),
    ('premises_area', c.premises_area),
    (case when c.premises_area >= 1000 then 'premises:OVER_1000' when c.premises_area >= 500 then 'premises:500_TO_1000'
      else 'premises:UNDER_500' end, 1)
  ) v(metric, amount);
end;
--> statement-breakpoint
select tally_add(array(select row('premises_area', c.code, null, c.premises_area)::fact from community c));
