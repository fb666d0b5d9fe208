CREATE TABLE "volunteer_participation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"volunteer_service_id" uuid NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"volunteer_id" uuid NOT NULL,
	"status" text NOT NULL,
	"hours" integer,
	"signed_up_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "volunteer_participation_division_code_form" CHECK (is_division_code("volunteer_participation"."division_code")),
	CONSTRAINT "volunteer_participation_id_home" CHECK (is_home("volunteer_participation"."id", "volunteer_participation"."division_code")),
	CONSTRAINT "volunteer_participation_status" CHECK ("volunteer_participation"."status" in ('SIGNED_UP', 'ATTENDED', 'ABSENT', 'CANCELLED')),
	CONSTRAINT "volunteer_participation_hours" CHECK (("volunteer_participation"."hours" is not null) = ("volunteer_participation"."confirmed_at" is not null)
      and ("volunteer_participation"."hours" is null or ("volunteer_participation"."status" = 'ATTENDED' and "volunteer_participation"."hours" >= 0
        and extract(epoch from "volunteer_participation"."ends_at" - "volunteer_participation"."starts_at") >= "volunteer_participation"."hours" * 3600)))
);
--> statement-breakpoint
CREATE TABLE "volunteer_service" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"volunteer_team_id" uuid,
	"title" text NOT NULL,
	"kind" text NOT NULL,
	"place" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'PLANNED' NOT NULL,
	"places" integer NOT NULL,
	"places_taken" integer DEFAULT 0 NOT NULL,
	"leaflets" integer DEFAULT 0 NOT NULL,
	"cancel_reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "volunteer_service_as_timed" UNIQUE("id","starts_at","ends_at"),
	CONSTRAINT "volunteer_service_division_code_form" CHECK (is_division_code("volunteer_service"."division_code")),
	CONSTRAINT "volunteer_service_id_home" CHECK (is_home("volunteer_service"."id", "volunteer_service"."division_code")),
	CONSTRAINT "volunteer_service_kind" CHECK ("volunteer_service"."kind" in ('ELDER_VISIT', 'ENVIRONMENT', 'TRAFFIC_GUIDANCE', 'FREE_CLINIC', 'TUTORING', 'PUBLICITY', 'SAFETY_PATROL')),
	CONSTRAINT "volunteer_service_status" CHECK ("volunteer_service"."status" in ('PLANNED', 'HELD', 'CANCELLED')),
	CONSTRAINT "volunteer_service_times" CHECK ("volunteer_service"."ends_at" > "volunteer_service"."starts_at" and "volunteer_service"."ends_at" <= "volunteer_service"."starts_at" + interval '24 hours'),
	CONSTRAINT "volunteer_service_places" CHECK ("volunteer_service"."places" between 1 and 1000 and "volunteer_service"."places_taken" between 0 and "volunteer_service"."places"),
	CONSTRAINT "volunteer_service_leaflets" CHECK ("volunteer_service"."leaflets" >= 0 and ("volunteer_service"."leaflets" = 0 or "volunteer_service"."status" = 'HELD')),
	CONSTRAINT "volunteer_service_cancel_reason" CHECK (("volunteer_service"."cancel_reason" is not null) = ("volunteer_service"."status" = 'CANCELLED'))
);
--> statement-breakpoint
CREATE TABLE "volunteer_service_elder" (
	"volunteer_service_id" uuid NOT NULL,
	"elder_id" uuid NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	CONSTRAINT "volunteer_service_elder_volunteer_service_id_elder_id_pk" PRIMARY KEY("volunteer_service_id","elder_id")
);
--> statement-breakpoint
CREATE TABLE "volunteer_team" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"registration_key" text,
	"service_centre_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"founded_on" date NOT NULL,
	"disbanded_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "volunteer_team_division_code_form" CHECK (is_division_code("volunteer_team"."division_code")),
	CONSTRAINT "volunteer_team_id_home" CHECK (is_home("volunteer_team"."id", "volunteer_team"."division_code")),
	CONSTRAINT "volunteer_team_kind" CHECK ("volunteer_team"."kind" in ('PARTY_MEMBER', 'SILVER_AGE', 'YOUTH', 'STUDENT', 'WOMEN', 'PROFESSIONAL', 'RESIDENT')),
	CONSTRAINT "volunteer_team_status" CHECK ("volunteer_team"."status" in ('ACTIVE', 'DISBANDED')),
	CONSTRAINT "volunteer_team_name" CHECK (length(btrim("volunteer_team"."name")) between 1 and 100),
	CONSTRAINT "volunteer_team_disbanded" CHECK (("volunteer_team"."status" = 'DISBANDED') = ("volunteer_team"."disbanded_on" is not null) and "volunteer_team"."disbanded_on" >= "volunteer_team"."founded_on")
);
--> statement-breakpoint
CREATE TABLE "volunteer" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"subdistrict_code" text COLLATE "C" GENERATED ALWAYS AS (left(division_code, 9)) STORED NOT NULL,
	"card_number" text,
	"name" text NOT NULL,
	"phone" text,
	"skills" text[] NOT NULL,
	"elder_id" uuid,
	"owned_by" text,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"registered_on" date NOT NULL,
	"withdrawn_on" date,
	"hours_confirmed" integer DEFAULT 0 NOT NULL,
	"stars" smallint GENERATED ALWAYS AS (case when hours_confirmed >= 1500 then 5 when hours_confirmed >= 1000 then 4 when hours_confirmed >= 600 then 3 when hours_confirmed >= 300 then 2 when hours_confirmed >= 100 then 1 else 0 end) STORED NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "volunteer_division_code_form" CHECK (is_division_code("volunteer"."division_code")),
	CONSTRAINT "volunteer_id_home" CHECK (is_home("volunteer"."id", "volunteer"."division_code")),
	CONSTRAINT "volunteer_sealed" CHECK (is_sealed("volunteer"."phone")),
	CONSTRAINT "volunteer_status" CHECK ("volunteer"."status" in ('ACTIVE', 'WITHDRAWN')),
	CONSTRAINT "volunteer_card_number_form" CHECK ("volunteer"."card_number" ~ '^4101[0-9]{8,15}$'),
	CONSTRAINT "volunteer_skills" CHECK ("volunteer"."skills" <@ array['HEALTH_CARE', 'TUTORING', 'LEGAL_ADVICE', 'REPAIR', 'HAIRDRESSING', 'ARTS', 'COUNSELLING', 'DRIVING', 'FIRST_AID', 'SIGN_LANGUAGE']::text[]),
	CONSTRAINT "volunteer_withdrawn" CHECK (("volunteer"."status" = 'WITHDRAWN') = ("volunteer"."withdrawn_on" is not null)
      and ("volunteer"."status" = 'WITHDRAWN' or ("volunteer"."card_number" is not null and "volunteer"."phone" is not null))),
	CONSTRAINT "volunteer_hours" CHECK ("volunteer"."hours_confirmed" >= 0)
);
--> statement-breakpoint
CREATE TABLE "volunteer_team_member" (
	"volunteer_team_id" uuid NOT NULL,
	"volunteer_id" uuid NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "volunteer_team_member_volunteer_team_id_volunteer_id_pk" PRIMARY KEY("volunteer_team_id","volunteer_id")
);
--> statement-breakpoint
ALTER TABLE "volunteer_participation" ADD CONSTRAINT "volunteer_participation_volunteer_id_volunteer_id_fk" FOREIGN KEY ("volunteer_id") REFERENCES "public"."volunteer"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteer_participation" ADD CONSTRAINT "volunteer_participation_service" FOREIGN KEY ("volunteer_service_id","starts_at","ends_at") REFERENCES "public"."volunteer_service"("id","starts_at","ends_at") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "volunteer_service" ADD CONSTRAINT "volunteer_service_volunteer_team_id_volunteer_team_id_fk" FOREIGN KEY ("volunteer_team_id") REFERENCES "public"."volunteer_team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteer_service_elder" ADD CONSTRAINT "volunteer_service_elder_volunteer_service_id_volunteer_service_id_fk" FOREIGN KEY ("volunteer_service_id") REFERENCES "public"."volunteer_service"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteer_team_member" ADD CONSTRAINT "volunteer_team_member_volunteer_team_id_volunteer_team_id_fk" FOREIGN KEY ("volunteer_team_id") REFERENCES "public"."volunteer_team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteer_team_member" ADD CONSTRAINT "volunteer_team_member_volunteer_id_volunteer_id_fk" FOREIGN KEY ("volunteer_id") REFERENCES "public"."volunteer"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_participation_once" ON "volunteer_participation" USING btree ("volunteer_service_id","volunteer_id") WHERE status <> 'CANCELLED';--> statement-breakpoint
CREATE INDEX "volunteer_participation_of_service" ON "volunteer_participation" USING btree ("volunteer_service_id","id");--> statement-breakpoint
CREATE INDEX "volunteer_participation_volunteer" ON "volunteer_participation" USING btree ("volunteer_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_team" ON "volunteer_service" USING btree ("volunteer_team_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_city" ON "volunteer_service" USING btree ("starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_district" ON "volunteer_service" USING btree (left(division_code, 6),"starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_subdistrict" ON "volunteer_service" USING btree (left(division_code, 9),"starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_community" ON "volunteer_service" USING btree ("division_code","starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_kind_time" ON "volunteer_service" USING btree ("kind","starts_at","id");--> statement-breakpoint
CREATE INDEX "volunteer_service_elder_elder" ON "volunteer_service_elder" USING btree ("elder_id");--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_team_registration_key" ON "volunteer_team" USING btree ("registration_key") WHERE "volunteer_team"."registration_key" is not null;--> statement-breakpoint
CREATE INDEX "volunteer_team_centre" ON "volunteer_team" USING btree ("service_centre_id","id") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_team_division" ON "volunteer_team" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_team_kind_division" ON "volunteer_team" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_card_number" ON "volunteer" USING btree ("card_number");--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_elder_once" ON "volunteer" USING btree ("elder_id") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_owner_once" ON "volunteer" USING btree ("owned_by") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE INDEX "volunteer_elder" ON "volunteer" USING btree ("elder_id") WHERE elder_id is not null;--> statement-breakpoint
CREATE INDEX "volunteer_owner" ON "volunteer" USING btree ("owned_by") WHERE owned_by is not null;--> statement-breakpoint
CREATE INDEX "volunteer_contact_due" ON "volunteer" USING btree ("withdrawn_on") WHERE status = 'WITHDRAWN' and name <> '已删除';--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_division" ON "volunteer" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "volunteer_subdistrict" ON "volunteer" USING btree ("subdistrict_code","id");--> statement-breakpoint
CREATE INDEX "volunteer_team_member_volunteer" ON "volunteer_team_member" USING btree ("volunteer_id");
--> statement-breakpoint
-- A volunteer is in one place at a time.
alter table volunteer_participation add constraint volunteer_participation_no_overlap
  exclude using gist (volunteer_id with =, tstzrange(starts_at, ends_at) with &&) where (status in ('SIGNED_UP', 'ATTENDED'));
--> statement-breakpoint
-- Keeps volunteer_service.places_taken and volunteer.hours_confirmed equal to the participations.
create function volunteer_participation_counts() returns trigger language plpgsql as $$
declare
  source text := '';
begin
  if TG_OP <> 'INSERT' then source := 'select volunteer_service_id, volunteer_id, status, -1 as one, -coalesce(hours, 0) as hours from old_rows'; end if;
  if TG_OP = 'UPDATE' then source := source || ' union all '; end if;
  if TG_OP <> 'DELETE' then source := source || 'select volunteer_service_id, volunteer_id, status, 1 as one, coalesce(hours, 0) as hours from new_rows'; end if;
  execute 'update volunteer_service s set places_taken = s.places_taken + c.taken from ('
    || 'select volunteer_service_id, sum(one) as taken from (' || source || ') p where status <> ''CANCELLED'' group by 1'
    || ') c where s.id = c.volunteer_service_id and c.taken <> 0';
  execute 'update volunteer v set hours_confirmed = v.hours_confirmed + c.hours from ('
    || 'select volunteer_id, sum(hours) as hours from (' || source || ') p group by 1'
    || ') c where v.id = c.volunteer_id and c.hours <> 0';
  return null;
end
$$;
--> statement-breakpoint
create trigger volunteer_participation_counts_insert after insert on volunteer_participation referencing new table as new_rows for each statement execute function volunteer_participation_counts();
--> statement-breakpoint
create trigger volunteer_participation_counts_update after update on volunteer_participation referencing old table as old_rows new table as new_rows for each statement execute function volunteer_participation_counts();
--> statement-breakpoint
create trigger volunteer_participation_counts_delete after delete on volunteer_participation referencing old table as old_rows for each statement execute function volunteer_participation_counts();
--> statement-breakpoint
-- Hours are confirmed once.
create function volunteer_hours_final() returns trigger language plpgsql as $$
begin
  raise exception 'the hours of participation % are confirmed', old.id using errcode = 'check_violation', constraint = 'volunteer_participation_hours_final';
end
$$;
--> statement-breakpoint
create trigger volunteer_hours_final before update on volunteer_participation for each row
  when (old.hours is not null and (new.hours, new.confirmed_at, new.volunteer_id, new.status) is distinct from (old.hours, old.confirmed_at, old.volunteer_id, old.status))
  execute function volunteer_hours_final();
--> statement-breakpoint
create or replace function shanghai_day(at timestamptz) returns date language sql immutable strict parallel safe as $$
  select ((at at time zone 'UTC') + interval '8 hours')::date
$$;
--> statement-breakpoint
create function volunteer_team_facts(t volunteer_team) returns setof fact language sql immutable as $$
  select ('volunteer_teams:' || t.kind, t.division_code, null::date, 1::bigint)::fact where t.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('volunteer_team', 'volunteer_team_facts');
--> statement-breakpoint
create function volunteer_facts(v volunteer) returns setof fact language sql immutable as $$
  select (f.metric, v.division_code, null::date, 1::bigint)::fact
  from (values ('volunteers'), ('volunteers:' || v.stars)) f(metric) where v.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('volunteer', 'volunteer_facts');
--> statement-breakpoint
create function volunteer_service_facts(s volunteer_service) returns setof fact language sql immutable as $$
  select (f.metric, s.division_code, shanghai_day(s.starts_at), f.amount::bigint)::fact
  from (values ('volunteer_services', 1), ('leaflets_handed_out', s.leaflets)) f(metric, amount) where s.status = 'HELD'
$$;
--> statement-breakpoint
select tally_table('volunteer_service', 'volunteer_service_facts');
--> statement-breakpoint
create function volunteer_participation_facts(p volunteer_participation) returns setof fact language sql immutable as $$
  select (f.metric, p.division_code, shanghai_day(p.starts_at), f.amount::bigint)::fact
  from (values ('volunteer_participants', 1), ('volunteer_hours', coalesce(p.hours, 0))) f(metric, amount) where p.status = 'ATTENDED'
$$;
--> statement-breakpoint
select tally_table('volunteer_participation', 'volunteer_participation_facts');
--> statement-breakpoint
select pin_search_path();
