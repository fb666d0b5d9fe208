-- How many people and households each community has, which places registers: what other subgraphs divide their figures by. It is
-- rolled up like the figures themselves, so that a ratio reads one row of a division.
create table division_population (
  division_code text collate "C" primary key,
  households integer not null check (households >= 0),
  residents integer not null check (residents >= 0)
);
--> statement-breakpoint
create function division_population_facts(p division_population) returns setof fact language sql immutable as $$
  select (v.metric, p.division_code, null::date, v.amount::bigint)::fact
  from (values ('households', p.households), ('residents', p.residents)) v(metric, amount)
  where v.amount <> 0
$$;
--> statement-breakpoint
select tally_table('division_population', 'division_population_facts');
--> statement-breakpoint
select pin_search_path();
