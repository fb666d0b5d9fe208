CREATE TABLE "council_session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"council_id" uuid NOT NULL,
	"held_on" date NOT NULL,
	"attendance" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "council_session_division_code_form" CHECK (is_division_code("council_session"."division_code")),
	CONSTRAINT "council_session_id_home" CHECK (is_home("council_session"."id", "council_session"."division_code")),
	CONSTRAINT "council_session_attendance" CHECK ("council_session"."attendance" between 1 and 10000)
);
--> statement-breakpoint
CREATE TABLE "council" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"registration_key" text,
	"name" text NOT NULL,
	"founded_on" date NOT NULL,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"dissolved_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "council_division_code_form" CHECK (is_division_code("council"."division_code")),
	CONSTRAINT "council_id_home" CHECK (is_home("council"."id", "council"."division_code")),
	CONSTRAINT "council_status" CHECK ("council"."status" in ('ACTIVE', 'DISSOLVED')),
	CONSTRAINT "council_name" CHECK (length(btrim("council"."name")) between 1 and 100),
	CONSTRAINT "council_dissolved" CHECK (("council"."dissolved_on" is not null) = ("council"."status" = 'DISSOLVED') and "council"."dissolved_on" >= "council"."founded_on")
);
--> statement-breakpoint
CREATE TABLE "grid_problem" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"grid_id" uuid NOT NULL,
	"visit_id" uuid,
	"kind" text NOT NULL,
	"status" text DEFAULT 'FOUND' NOT NULL,
	"description" text,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"deadline" timestamp with time zone,
	"handler" text,
	"blind_spot_id" uuid,
	"incident_id" uuid,
	"safety_inspection_id" uuid,
	"care_visit_id" uuid,
	"found_at" timestamp with time zone NOT NULL,
	"handed_over_at" timestamp with time zone,
	"solved_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "grid_problem_division_code_form" CHECK (is_division_code("grid_problem"."division_code")),
	CONSTRAINT "grid_problem_id_home" CHECK (is_home("grid_problem"."id", "grid_problem"."division_code")),
	CONSTRAINT "grid_problem_sealed" CHECK (is_sealed("grid_problem"."description")),
	CONSTRAINT "grid_problem_location" CHECK ("grid_problem"."longitude" between 112 and 115 and "grid_problem"."latitude" between 34 and 35.2),
	CONSTRAINT "grid_problem_kind" CHECK ("grid_problem"."kind" in ('CITY_APPEARANCE', 'ADVERTISING', 'CONSTRUCTION', 'EMERGENCY', 'STREET_ORDER', 'OTHER', 'ELDER_NEEDS_HELP', 'SAFETY_HAZARD')),
	CONSTRAINT "grid_problem_status" CHECK ("grid_problem"."status" in ('FOUND', 'HANDED_OVER', 'SOLVED', 'VERIFIED', 'CANCELLED')),
	CONSTRAINT "grid_problem_handler" CHECK ("grid_problem"."handler" in ('COMMUNITY', 'URBAN_MANAGEMENT', 'SANITATION', 'SECURITY', 'ELDERLY_CARE', 'OTHER')),
	CONSTRAINT "grid_problem_status_instants" CHECK (case "grid_problem"."status"
        when 'FOUND' then num_nonnulls("grid_problem"."handed_over_at", "grid_problem"."solved_at", "grid_problem"."closed_at") = 0
        when 'HANDED_OVER' then "grid_problem"."handed_over_at" is not null and num_nonnulls("grid_problem"."solved_at", "grid_problem"."closed_at") = 0
        when 'SOLVED' then num_nulls("grid_problem"."handed_over_at", "grid_problem"."solved_at") = 0 and "grid_problem"."closed_at" is null
        when 'VERIFIED' then num_nulls("grid_problem"."handed_over_at", "grid_problem"."solved_at", "grid_problem"."closed_at") = 0
        else "grid_problem"."closed_at" is not null and "grid_problem"."solved_at" is null end),
	CONSTRAINT "grid_problem_instants_in_order" CHECK ("grid_problem"."handed_over_at" >= "grid_problem"."found_at" and "grid_problem"."solved_at" >= "grid_problem"."handed_over_at"
        and "grid_problem"."closed_at" >= greatest("grid_problem"."found_at", "grid_problem"."handed_over_at", "grid_problem"."solved_at")),
	CONSTRAINT "grid_problem_deadline" CHECK ("grid_problem"."deadline" > "grid_problem"."found_at"),
	CONSTRAINT "grid_problem_handed_over" CHECK (("grid_problem"."handler" is not null) = ("grid_problem"."handed_over_at" is not null)),
	CONSTRAINT "grid_problem_reference" CHECK (num_nonnulls("grid_problem"."blind_spot_id", "grid_problem"."incident_id", "grid_problem"."safety_inspection_id", "grid_problem"."care_visit_id") = case "grid_problem"."handler"
        when 'SANITATION' then num_nonnulls("grid_problem"."blind_spot_id")
        when 'SECURITY' then num_nonnulls("grid_problem"."incident_id", "grid_problem"."safety_inspection_id")
        when 'ELDERLY_CARE' then num_nonnulls("grid_problem"."care_visit_id") else 0 end
        and (coalesce("grid_problem"."handler", 'OTHER') not in ('SANITATION', 'SECURITY', 'ELDERLY_CARE')
          or num_nonnulls("grid_problem"."blind_spot_id", "grid_problem"."incident_id", "grid_problem"."safety_inspection_id", "grid_problem"."care_visit_id") = 1))
);
--> statement-breakpoint
CREATE TABLE "grid_problem_timeline" (
	"problem_id" uuid NOT NULL,
	"sequence" smallint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"note" text,
	CONSTRAINT "grid_problem_timeline_problem_id_sequence_pk" PRIMARY KEY("problem_id","sequence"),
	CONSTRAINT "grid_problem_timeline_sealed" CHECK (is_sealed("grid_problem_timeline"."note")),
	CONSTRAINT "grid_problem_timeline_sequence" CHECK ("grid_problem_timeline"."sequence" > 0),
	CONSTRAINT "grid_problem_timeline_action" CHECK ("grid_problem_timeline"."action" in ('FOUND', 'HANDED_OVER', 'SOLVED', 'SENT_BACK', 'VERIFIED', 'CANCELLED'))
);
--> statement-breakpoint
CREATE TABLE "grid_visit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"grid_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"visited_at" timestamp with time zone NOT NULL,
	"households_visited" integer NOT NULL,
	"worker_name" text NOT NULL,
	"note" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "grid_visit_division_code_form" CHECK (is_division_code("grid_visit"."division_code")),
	CONSTRAINT "grid_visit_id_home" CHECK (is_home("grid_visit"."id", "grid_visit"."division_code")),
	CONSTRAINT "grid_visit_sealed" CHECK (is_sealed("grid_visit"."note")),
	CONSTRAINT "grid_visit_kind" CHECK ("grid_visit"."kind" in ('HOUSEHOLD', 'SHOP', 'CONSTRUCTION_SITE', 'PUBLIC_AREA')),
	CONSTRAINT "grid_visit_households" CHECK (case when "grid_visit"."kind" in ('HOUSEHOLD', 'SHOP') then "grid_visit"."households_visited" >= 1 else "grid_visit"."households_visited" = 0 end),
	CONSTRAINT "grid_visit_worker" CHECK (length(btrim("grid_visit"."worker_name")) between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "grid" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"grid_code" text NOT NULL,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"parent_id" uuid,
	"households" integer NOT NULL,
	"head_name" text,
	"head_phone" text,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"dissolved_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "grid_division_code_form" CHECK (is_division_code("grid"."division_code")),
	CONSTRAINT "grid_id_home" CHECK (is_home("grid"."id", "grid"."division_code")),
	CONSTRAINT "grid_sealed" CHECK (is_sealed("grid"."head_phone")),
	CONSTRAINT "grid_level" CHECK ("grid"."level" in ('DISTRICT', 'SUBDISTRICT', 'COMMUNITY')),
	CONSTRAINT "grid_status" CHECK ("grid"."status" in ('ACTIVE', 'DISSOLVED')),
	CONSTRAINT "grid_grid_code" CHECK (case "grid"."level"
        when 'COMMUNITY' then length("grid"."division_code") = 12 and "grid"."grid_code" ~ '^[0-9]{15}$' and left("grid"."grid_code", 12) = "grid"."division_code"
        when 'SUBDISTRICT' then length("grid"."division_code") = 9 and "grid"."grid_code" = "grid"."division_code"
        else length("grid"."division_code") = 6 and right("grid"."division_code", 2) <> '00' and "grid"."grid_code" = "grid"."division_code" end),
	CONSTRAINT "grid_top" CHECK (("grid"."parent_id" is null) = ("grid"."level" = 'DISTRICT')),
	CONSTRAINT "grid_name" CHECK (length(btrim("grid"."name")) between 1 and 100),
	CONSTRAINT "grid_households" CHECK ("grid"."households" >= 0),
	CONSTRAINT "grid_dissolved" CHECK (("grid"."dissolved_on" is not null) = ("grid"."status" = 'DISSOLVED'))
);
--> statement-breakpoint
CREATE TABLE "council_session_topic" (
	"session_id" uuid NOT NULL,
	"topic_id" uuid NOT NULL,
	CONSTRAINT "council_session_topic_session_id_topic_id_pk" PRIMARY KEY("session_id","topic_id")
);
--> statement-breakpoint
CREATE TABLE "topic" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"council_id" uuid NOT NULL,
	"title" text NOT NULL,
	"status" text DEFAULT 'PROPOSED' NOT NULL,
	"proposed_on" date NOT NULL,
	"decided_in_id" uuid,
	"decided_on" date,
	"resolution" text,
	"votes_for" integer,
	"votes_against" integer,
	"abstentions" integer,
	"micro_work_id" uuid,
	"carried_out_on" date,
	"withdrawn_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "topic_division_code_form" CHECK (is_division_code("topic"."division_code")),
	CONSTRAINT "topic_id_home" CHECK (is_home("topic"."id", "topic"."division_code")),
	CONSTRAINT "topic_status" CHECK ("topic"."status" in ('PROPOSED', 'DISCUSSED', 'RESOLVED', 'CARRIED_OUT', 'REJECTED', 'WITHDRAWN')),
	CONSTRAINT "topic_title" CHECK (length(btrim("topic"."title")) between 1 and 200),
	CONSTRAINT "topic_decided" CHECK (num_nonnulls("topic"."decided_in_id", "topic"."decided_on", "topic"."resolution", "topic"."votes_for", "topic"."votes_against", "topic"."abstentions")
        = case when "topic"."status" in ('RESOLVED', 'CARRIED_OUT', 'REJECTED') then 6 else 0 end),
	CONSTRAINT "topic_votes" CHECK ("topic"."votes_for" >= 0 and "topic"."votes_against" >= 0 and "topic"."abstentions" >= 0
        and ("topic"."votes_for" > "topic"."votes_against") = ("topic"."status" in ('RESOLVED', 'CARRIED_OUT'))),
	CONSTRAINT "topic_micro_work" CHECK ("topic"."micro_work_id" is null or "topic"."status" in ('RESOLVED', 'CARRIED_OUT')),
	CONSTRAINT "topic_ended" CHECK (("topic"."carried_out_on" is not null) = ("topic"."status" = 'CARRIED_OUT')
        and ("topic"."withdrawn_on" is not null) = ("topic"."status" = 'WITHDRAWN')),
	CONSTRAINT "topic_days" CHECK ("topic"."decided_on" >= "topic"."proposed_on" and "topic"."carried_out_on" >= "topic"."decided_on"
        and "topic"."withdrawn_on" >= "topic"."proposed_on")
);
--> statement-breakpoint
ALTER TABLE "council_session" ADD CONSTRAINT "council_session_council_id_council_id_fk" FOREIGN KEY ("council_id") REFERENCES "public"."council"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grid_problem" ADD CONSTRAINT "grid_problem_grid_id_grid_id_fk" FOREIGN KEY ("grid_id") REFERENCES "public"."grid"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grid_problem" ADD CONSTRAINT "grid_problem_visit_id_grid_visit_id_fk" FOREIGN KEY ("visit_id") REFERENCES "public"."grid_visit"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grid_problem_timeline" ADD CONSTRAINT "grid_problem_timeline_problem_id_grid_problem_id_fk" FOREIGN KEY ("problem_id") REFERENCES "public"."grid_problem"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grid_visit" ADD CONSTRAINT "grid_visit_grid_id_grid_id_fk" FOREIGN KEY ("grid_id") REFERENCES "public"."grid"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grid" ADD CONSTRAINT "grid_parent_id_grid_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."grid"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "council_session_topic" ADD CONSTRAINT "council_session_topic_session_id_council_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."council_session"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "council_session_topic" ADD CONSTRAINT "council_session_topic_topic_id_topic_id_fk" FOREIGN KEY ("topic_id") REFERENCES "public"."topic"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic" ADD CONSTRAINT "topic_council_id_council_id_fk" FOREIGN KEY ("council_id") REFERENCES "public"."council"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic" ADD CONSTRAINT "topic_decided_in_id_council_session_id_fk" FOREIGN KEY ("decided_in_id") REFERENCES "public"."council_session"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic" ADD CONSTRAINT "topic_micro_work_id_micro_work_id_fk" FOREIGN KEY ("micro_work_id") REFERENCES "public"."micro_work"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "council_session_council" ON "council_session" USING btree ("council_id","held_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "council_registration_key" ON "council" USING btree ("registration_key") WHERE "council"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "council_division" ON "council" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "grid_problem_blind_spot" ON "grid_problem" USING btree ("blind_spot_id") WHERE blind_spot_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "grid_problem_incident" ON "grid_problem" USING btree ("incident_id") WHERE incident_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "grid_problem_safety_inspection" ON "grid_problem" USING btree ("safety_inspection_id") WHERE safety_inspection_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "grid_problem_care_visit" ON "grid_problem" USING btree ("care_visit_id") WHERE care_visit_id is not null;--> statement-breakpoint
CREATE INDEX "grid_problem_grid" ON "grid_problem" USING btree ("grid_id");--> statement-breakpoint
CREATE INDEX "grid_problem_visit" ON "grid_problem" USING btree ("visit_id") WHERE visit_id is not null;--> statement-breakpoint
CREATE INDEX "grid_problem_city" ON "grid_problem" USING btree ("found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_of_kind" ON "grid_problem" USING btree ("kind","found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_in_status" ON "grid_problem" USING btree ("status","found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_district" ON "grid_problem" USING btree (left(division_code, 6),"found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_subdistrict" ON "grid_problem" USING btree (left(division_code, 9),"found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_community" ON "grid_problem" USING btree ("division_code","found_at","id");--> statement-breakpoint
CREATE INDEX "grid_problem_description_due" ON "grid_problem" USING btree ("closed_at") WHERE description is not null;--> statement-breakpoint
CREATE INDEX "grid_visit_grid" ON "grid_visit" USING btree ("grid_id","visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_city" ON "grid_visit" USING btree ("visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_of_kind" ON "grid_visit" USING btree ("kind","visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_district" ON "grid_visit" USING btree (left(division_code, 6),"visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_subdistrict" ON "grid_visit" USING btree (left(division_code, 9),"visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_community" ON "grid_visit" USING btree ("division_code","visited_at","id");--> statement-breakpoint
CREATE INDEX "grid_visit_person_due" ON "grid_visit" USING btree ("visited_at") WHERE worker_name <> '已删除' or note is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "grid_active_code" ON "grid" USING btree ("grid_code") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "grid_division" ON "grid" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "grid_level_division" ON "grid" USING btree ("level","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "grid_parent" ON "grid" USING btree ("parent_id","division_code","id");--> statement-breakpoint
CREATE INDEX "grid_head_due" ON "grid" USING btree ("dissolved_on") WHERE status = 'DISSOLVED' and num_nonnulls(head_name, head_phone) > 0;--> statement-breakpoint
CREATE INDEX "council_session_topic_topic" ON "council_session_topic" USING btree ("topic_id","session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "topic_micro_work_once" ON "topic" USING btree ("micro_work_id") WHERE micro_work_id is not null;--> statement-breakpoint
CREATE INDEX "topic_council" ON "topic" USING btree ("council_id","proposed_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "topic_division" ON "topic" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "topic_status_division" ON "topic" USING btree ("status","division_code","id");--> statement-breakpoint
-- A grid lies below an active one of the level above, whose division contains its own. For the rows of a statement at once.
create function grid_below_parent() returns trigger language plpgsql as $$
declare
  levels constant text[] := array['DISTRICT', 'SUBDISTRICT', 'COMMUNITY'];
begin
  if exists (
    select from new_rows n where n.parent_id is not null and not exists (
      select from grid above where above.id = n.parent_id and above.status = 'ACTIVE'
        and array_position(levels, above.level) = array_position(levels, n.level) - 1
        and starts_with(n.division_code, above.division_code)
    )
  ) then
    raise exception 'the grid above is active, of the level above, and its division contains this one'
      using errcode = 'check_violation', constraint = 'grid_below_parent';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger grid_below_parent after insert on grid referencing new table as new_rows for each statement execute function grid_below_parent();
--> statement-breakpoint
create function grid_keeps_place() returns trigger language plpgsql as $$
begin
  raise exception 'a grid keeps its place and its code' using errcode = 'check_violation', constraint = 'grid_keeps_place';
end
$$;
--> statement-breakpoint
create trigger grid_keeps_place before update on grid for each row when ((old.parent_id, old.division_code, old.grid_code, old.level) is distinct from (new.parent_id, new.division_code, new.grid_code, new.level)) execute function grid_keeps_place();
--> statement-breakpoint
-- FOUND, HANDED_OVER, SOLVED, VERIFIED; back from SOLVED to HANDED_OVER; from the first two CANCELLED.
create function grid_problem_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) not in (('FOUND', 'HANDED_OVER'), ('HANDED_OVER', 'SOLVED'), ('SOLVED', 'VERIFIED'),
    ('SOLVED', 'HANDED_OVER'), ('FOUND', 'CANCELLED'), ('HANDED_OVER', 'CANCELLED')) then
    raise exception 'no step from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'grid_problem_status_step';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger grid_problem_step before update on grid_problem for each row when (old.status <> new.status) execute function grid_problem_step();
--> statement-breakpoint
-- Rows are appended, never changed: only the note, which may tell of a person, is encrypted anew, or erased with the description.
create function grid_problem_timeline_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', TG_TABLE_NAME
    using errcode = 'check_violation', constraint = 'grid_problem_timeline_append_only';
end
$$;
--> statement-breakpoint
create trigger grid_problem_timeline_append_only before update of problem_id, sequence, at, actor, action or delete or truncate on grid_problem_timeline for each statement execute function grid_problem_timeline_append_only();
--> statement-breakpoint
create function grid_problem_erase_notes() returns trigger language plpgsql as $$
begin
  update grid_problem_timeline set note = null where problem_id = new.id and note is not null;
  return null;
end
$$;
--> statement-breakpoint
create trigger grid_problem_erase_notes after update of description on grid_problem for each row when (old.description is not null and new.description is null) execute function grid_problem_erase_notes();
--> statement-breakpoint
-- A topic is decided in a session of its council, on that day, by no more votes than people who attended.
create function topic_decision() returns trigger language plpgsql as $$
begin
  if new.decided_in_id is not null and not exists (
    select from council_session s where s.id = new.decided_in_id and s.council_id = new.council_id and s.held_on = new.decided_on
      and s.attendance >= new.votes_for + new.votes_against + new.abstentions
  ) then
    raise exception 'a topic is decided in a session of its council, by no more votes than people attended'
      using errcode = 'check_violation', constraint = 'topic_decided_in_session';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger topic_decision before insert or update on topic for each row execute function topic_decision();
--> statement-breakpoint
create function grid_facts(g grid) returns setof fact language sql immutable as $$
  select ('grids:' || g.level, g.division_code, null::date, 1::bigint)::fact where g.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('grid', 'grid_facts');
--> statement-breakpoint
create function grid_visit_facts(v grid_visit) returns setof fact language sql immutable as $$
  select (f.metric, v.division_code, (v.visited_at at time zone 'UTC' + interval '8 hours')::date, f.amount::bigint)::fact
  from (values ('grid_visits:' || v.kind, 1), ('households_visited', case when v.kind = 'HOUSEHOLD' then v.households_visited else 0 end)) f(metric, amount)
  where f.amount <> 0
$$;
--> statement-breakpoint
select tally_table('grid_visit', 'grid_visit_facts');
--> statement-breakpoint
-- What was cancelled was no problem.
create function grid_problem_facts(p grid_problem) returns setof fact language sql immutable as $$
  select (f.metric, p.division_code, f.day, 1::bigint)::fact
  from (select (p.found_at at time zone 'UTC' + interval '8 hours')::date as found,
    (p.solved_at at time zone 'UTC' + interval '8 hours')::date as solved) at
  cross join lateral (values
    ('grid_problem_kinds:' || p.kind, at.found),
    (case when p.status in ('FOUND', 'HANDED_OVER') then 'open_grid_problems' end, null),
    (case when p.solved_at is not null then 'grid_problems_solved' end, at.solved),
    (case when p.solved_at <= p.deadline then 'grid_problems_solved_on_time' end, at.solved)
  ) f(metric, day)
  where f.metric is not null and p.status <> 'CANCELLED'
$$;
--> statement-breakpoint
select tally_table('grid_problem', 'grid_problem_facts');
--> statement-breakpoint
create function council_facts(c council) returns setof fact language sql immutable as $$
  select ('councils', c.division_code, null::date, 1::bigint)::fact where c.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('council', 'council_facts');
--> statement-breakpoint
create function council_session_facts(s council_session) returns setof fact language sql immutable as $$
  select ('council_sessions', s.division_code, s.held_on, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('council_session', 'council_session_facts');
--> statement-breakpoint
create function topic_facts(t topic) returns setof fact language sql immutable as $$
  select (f.metric, t.division_code, f.day, 1::bigint)::fact
  from (values
    ('topics:' || t.status, null::date),
    ('topics_proposed', t.proposed_on),
    (case when t.status in ('RESOLVED', 'CARRIED_OUT') then 'topics_resolved' end, t.decided_on),
    (case when t.status = 'CARRIED_OUT' then 'topics_carried_out' end, t.carried_out_on)
  ) f(metric, day)
  where f.metric is not null
$$;
--> statement-breakpoint
select tally_table('topic', 'topic_facts');
--> statement-breakpoint
select pin_search_path();
