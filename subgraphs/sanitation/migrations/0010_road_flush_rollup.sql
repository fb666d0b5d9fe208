-- Roads flushed in a period, each once, without a look at roads or days: their union is that of bit strings.
CREATE TABLE "road_flush_rollup" (
	"district_code" text COLLATE "C" NOT NULL,
	"grain" text NOT NULL,
	"start" date NOT NULL,
	"block" integer NOT NULL,
	"slot" smallint NOT NULL,
	"roads" bit(512) NOT NULL,
	CONSTRAINT "road_flush_rollup_district_code_grain_start_block_slot_pk" PRIMARY KEY("district_code","grain","start","block","slot"),
	CONSTRAINT "road_flush_rollup_grain" CHECK ("road_flush_rollup"."grain" in ('DAY', 'MONTH', 'YEAR'))
);
--> statement-breakpoint
ALTER TABLE "road" ADD COLUMN "ordinal" integer NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "road_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);--> statement-breakpoint
-- What a road counts for on a day: its bit, in that day, month and year of its district.
create function road_flush_cells(road_id uuid, day date) returns table (district_code text, grain text, start date, block integer, roads bit(512))
language sql stable as $$
  select left(r.division_code, 6), g.grain, g.start, r.ordinal / 512, set_bit(0::bit(512), r.ordinal % 512, 1)
  from road r
  cross join lateral (values ('DAY', $2), ('MONTH', date_trunc('month', $2::timestamp)::date),
    ('YEAR', date_trunc('year', $2::timestamp)::date)) g(grain, start)
  where r.id = $1
$$;
--> statement-breakpoint
create function road_flush_add() returns trigger language plpgsql as $$
begin
  insert into road_flush_rollup as k (district_code, grain, start, block, slot, roads)
  select c.district_code, c.grain, c.start, c.block, (pg_backend_pid() % 8)::smallint, bit_or(c.roads)
  from new_rows f cross join lateral road_flush_cells(f.road_id, f.day) c
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4
  on conflict (district_code, grain, start, block, slot) do update set roads = k.roads | excluded.roads;
  return null;
end
$$;
--> statement-breakpoint
-- A bit does not say how often, so what is taken from is made anew of the days that are left. Who adds to the same rows at the
-- same time has committed before they are counted, or finds them gone and inserts.
create function road_flush_take() returns trigger language plpgsql as $$
declare
  cells road_flush_rollup[] := array(
    select distinct row(c.district_code, c.grain, c.start, c.block, 0, 0::bit(512))::road_flush_rollup
    from old_rows f cross join lateral road_flush_cells(f.road_id, f.day) c);
begin
  perform from road_flush_rollup k join unnest(cells) c using (district_code, grain, start, block)
  order by k.district_code, k.grain, k.start, k.block, k.slot for update of k;
  delete from road_flush_rollup k using unnest(cells) c
  where (k.district_code, k.grain, k.start, k.block) = (c.district_code, c.grain, c.start, c.block);
  insert into road_flush_rollup as k (district_code, grain, start, block, slot, roads)
  select c.district_code, c.grain, c.start, c.block, (pg_backend_pid() % 8)::smallint, bit_or(set_bit(0::bit(512), r.ordinal % 512, 1))
  from unnest(cells) c
  join road r on left(r.division_code, 6) = c.district_code and r.ordinal / 512 = c.block
  join road_flush f on f.road_id = r.id and f.day >= c.start and f.day < c.start + ('1 ' || c.grain)::interval
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4
  on conflict (district_code, grain, start, block, slot) do update set roads = k.roads | excluded.roads;
  return null;
end
$$;
--> statement-breakpoint
lock table road_flush in share row exclusive mode;
--> statement-breakpoint
insert into road_flush_rollup (district_code, grain, start, block, slot, roads)
select c.district_code, c.grain, c.start, c.block, 0, bit_or(c.roads)
from road_flush f cross join lateral road_flush_cells(f.road_id, f.day) c
group by 1, 2, 3, 4
order by 1, 2, 3, 4;
--> statement-breakpoint
create trigger road_flush_insert after insert on road_flush referencing new table as new_rows for each statement execute function road_flush_add();
--> statement-breakpoint
create trigger road_flush_delete after delete on road_flush referencing old table as old_rows for each statement execute function road_flush_take();
--> statement-breakpoint
-- What rollup and rows say differently of a day, month or year; no row when they agree.
create function road_flush_recount() returns table (district_code text, grain text, start date, block integer, kept bit(512), counted bit(512))
language sql stable as $$
  select *
  from (select k.district_code, k.grain, k.start, k.block, bit_or(k.roads) as kept from road_flush_rollup k group by 1, 2, 3, 4) k
  full join (
    select c.district_code, c.grain, c.start, c.block, bit_or(c.roads) as counted
    from road_flush f cross join lateral road_flush_cells(f.road_id, f.day) c group by 1, 2, 3, 4
  ) c using (district_code, grain, start, block)
  where kept is distinct from counted
$$;
--> statement-breakpoint
select pin_search_path();
