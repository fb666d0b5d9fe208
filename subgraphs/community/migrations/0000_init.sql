CREATE TABLE "micro_work" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"registration_key" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'PLANNED' NOT NULL,
	"budget_fen" bigint NOT NULL,
	"started_on" date,
	"completed_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "micro_work_division_code_form" CHECK (is_division_code("micro_work"."division_code")),
	CONSTRAINT "micro_work_id_home" CHECK (is_home("micro_work"."id", "micro_work"."division_code")),
	CONSTRAINT "micro_work_kind" CHECK ("micro_work"."kind" in ('ROAD_OPENING', 'ROAD_REPAIR', 'LIGHTING', 'DRAINAGE', 'GREENING', 'PARKING', 'BARRIER_FREE_ACCESS', 'PUBLIC_FACILITY')),
	CONSTRAINT "micro_work_status" CHECK ("micro_work"."status" in ('PLANNED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'CANCELLED')),
	CONSTRAINT "micro_work_name" CHECK (length(btrim("micro_work"."name")) between 1 and 200),
	CONSTRAINT "micro_work_budget" CHECK ("micro_work"."budget_fen" >= 0),
	CONSTRAINT "micro_work_started" CHECK (case "micro_work"."status" when 'PLANNED' then "micro_work"."started_on" is null
        when 'CANCELLED' then true else "micro_work"."started_on" is not null end),
	CONSTRAINT "micro_work_completed" CHECK (("micro_work"."completed_on" is not null) = ("micro_work"."status" = 'COMPLETED')),
	CONSTRAINT "micro_work_days" CHECK ("micro_work"."completed_on" >= "micro_work"."started_on")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "micro_work_registration_key" ON "micro_work" USING btree ("registration_key") WHERE "micro_work"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "micro_work_division" ON "micro_work" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "micro_work_status_division" ON "micro_work" USING btree ("status","division_code","id");--> statement-breakpoint
-- The sums stand in rollup; what reads them one by one finds them in this view.
drop table tally;
--> statement-breakpoint
create view tally as
  select r.division_code, a.key collate "C" as metric, r.grain, r.start, r.slot, a.value::bigint as amount
  from rollup r cross join lateral jsonb_each_text(r.amounts) a;
--> statement-breakpoint
create function micro_work_facts(w micro_work) returns setof fact language sql immutable as $$
  select (f.metric, w.division_code, f.day, 1::bigint)::fact
  from (values
    ('micro_works:' || w.status, null::date),
    (case when w.status = 'COMPLETED' then 'micro_works_completed' end, w.completed_on)
  ) f(metric, day)
$$;
--> statement-breakpoint
select tally_table('micro_work', 'micro_work_facts');
--> statement-breakpoint
select pin_search_path();
