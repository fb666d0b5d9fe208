CREATE TABLE "ability_assessment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"elder_id" uuid NOT NULL,
	"assessed_on" date NOT NULL,
	"reason" text NOT NULL,
	"score" smallint NOT NULL,
	"level" smallint NOT NULL,
	"next_due_on" date NOT NULL,
	CONSTRAINT "ability_assessment_division_code_form" CHECK (is_division_code("ability_assessment"."division_code")),
	CONSTRAINT "ability_assessment_id_home" CHECK (is_home("ability_assessment"."id", "ability_assessment"."division_code")),
	CONSTRAINT "ability_assessment_reason" CHECK ("ability_assessment"."reason" in ('FIRST', 'ROUTINE', 'IMMEDIATE', 'REVIEW')),
	CONSTRAINT "ability_assessment_level" CHECK ("ability_assessment"."score" between 0 and 90 and "ability_assessment"."level" between 0 and 4 and ("ability_assessment"."level" = 4 or "ability_assessment"."level" -
      (case when "ability_assessment"."score" = 90 then 0 when "ability_assessment"."score" >= 66 then 1 when "ability_assessment"."score" >= 46 then 2 when "ability_assessment"."score" >= 30 then 3 else 4 end) in (0, 1))),
	CONSTRAINT "ability_assessment_due" CHECK ("ability_assessment"."next_due_on" > "ability_assessment"."assessed_on")
);
--> statement-breakpoint
CREATE TABLE "care_institution" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"service_centre_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"beds" integer NOT NULL,
	"residents_count" integer DEFAULT 0 NOT NULL,
	"phone" text NOT NULL,
	"opened_on" date NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "care_institution_service_centre_id_unique" UNIQUE("service_centre_id"),
	CONSTRAINT "care_institution_division_code_form" CHECK (is_division_code("care_institution"."division_code")),
	CONSTRAINT "care_institution_id_home" CHECK (is_home("care_institution"."id", "care_institution"."division_code")),
	CONSTRAINT "care_institution_kind" CHECK ("care_institution"."kind" in ('DAY_CARE_CENTRE', 'RURAL_HOME', 'PRIVATE_HOME', 'MEDICAL_CARE_CENTRE')),
	CONSTRAINT "care_institution_residents" CHECK (0 <= "care_institution"."residents_count" and "care_institution"."residents_count" <= "care_institution"."beds"),
	CONSTRAINT "care_institution_location" CHECK ("care_institution"."longitude" between 112 and 115 and "care_institution"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "institution_inspection" (
	"id" uuid PRIMARY KEY NOT NULL,
	"care_institution_id" uuid NOT NULL,
	"inspected_on" date NOT NULL,
	"passed" boolean NOT NULL,
	"finding" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "care_visit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"elder_id" uuid NOT NULL,
	"care_worker_id" uuid,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"scheduled_at" timestamp with time zone NOT NULL,
	"assigned_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"cancel_reason" text,
	"rating" smallint,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "care_visit_division_code_form" CHECK (is_division_code("care_visit"."division_code")),
	CONSTRAINT "care_visit_id_home" CHECK (is_home("care_visit"."id", "care_visit"."division_code")),
	CONSTRAINT "care_visit_kind" CHECK ("care_visit"."kind" in ('MEAL', 'CLEANING', 'BATHING', 'MEDICAL_ESCORT', 'ERRAND', 'COMPANIONSHIP')),
	CONSTRAINT "care_visit_status" CHECK ("care_visit"."status" in ('REQUESTED', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
	CONSTRAINT "care_visit_assigned" CHECK (("care_visit"."assigned_at" is null) = ("care_visit"."care_worker_id" is null)
      and ("care_visit"."status" not in ('ASSIGNED', 'IN_PROGRESS', 'COMPLETED') or "care_visit"."assigned_at" is not null)
      and ("care_visit"."status" <> 'REQUESTED' or "care_visit"."assigned_at" is null)),
	CONSTRAINT "care_visit_started" CHECK (("care_visit"."started_at" is not null) = ("care_visit"."status" in ('IN_PROGRESS', 'COMPLETED')) or "care_visit"."status" = 'CANCELLED'),
	CONSTRAINT "care_visit_completed" CHECK (("care_visit"."completed_at" is not null) = ("care_visit"."status" = 'COMPLETED') and "care_visit"."completed_at" >= "care_visit"."started_at"),
	CONSTRAINT "care_visit_cancelled" CHECK (("care_visit"."cancelled_at" is not null) = ("care_visit"."status" = 'CANCELLED')),
	CONSTRAINT "care_visit_rating" CHECK ("care_visit"."rating" is null or ("care_visit"."rating" between 1 and 5 and "care_visit"."status" = 'COMPLETED'))
);
--> statement-breakpoint
CREATE TABLE "care_worker" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"phone" text NOT NULL,
	"role" text NOT NULL,
	"certified" boolean NOT NULL,
	"on_duty" boolean NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "care_worker_division_code_form" CHECK (is_division_code("care_worker"."division_code")),
	CONSTRAINT "care_worker_id_home" CHECK (is_home("care_worker"."id", "care_worker"."division_code")),
	CONSTRAINT "care_worker_role" CHECK ("care_worker"."role" in ('HOME_CARE', 'SOCIAL_WORKER'))
);
--> statement-breakpoint
CREATE TABLE "elder" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"household_id" uuid,
	"care_institution_id" uuid,
	"care_worker_id" uuid,
	"name" text NOT NULL,
	"birth_date" date NOT NULL,
	"id_number_mask" text NOT NULL,
	"id_number_hash" text,
	"phone" text,
	"address" text NOT NULL,
	"ability_level" smallint,
	"living_arrangement" text NOT NULL,
	"care_mode" text,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "elder_id_number_hash_unique" UNIQUE("id_number_hash"),
	CONSTRAINT "elder_division_code_form" CHECK (is_division_code("elder"."division_code")),
	CONSTRAINT "elder_id_home" CHECK (is_home("elder"."id", "elder"."division_code")),
	CONSTRAINT "elder_community" CHECK (length("elder"."division_code") = 12),
	CONSTRAINT "elder_living_arrangement" CHECK ("elder"."living_arrangement" in ('ALONE', 'WITH_SPOUSE', 'WITH_CHILDREN', 'INSTITUTION')),
	CONSTRAINT "elder_care_mode" CHECK ("elder"."care_mode" in ('HOME', 'COMMUNITY', 'INSTITUTION')),
	CONSTRAINT "elder_ability_level" CHECK ("elder"."ability_level" between 0 and 4),
	CONSTRAINT "elder_institution" CHECK (("elder"."care_mode" is not distinct from 'INSTITUTION') = ("elder"."care_institution_id" is not null)),
	CONSTRAINT "elder_household" CHECK ("elder"."care_mode" is distinct from 'HOME' or "elder"."household_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "emergency_contact" (
	"elder_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"name" text NOT NULL,
	"relationship" text NOT NULL,
	"phone" text NOT NULL,
	CONSTRAINT "emergency_contact_relationship" CHECK ("emergency_contact"."relationship" in ('SPOUSE', 'CHILD', 'SIBLING', 'RELATIVE', 'NEIGHBOUR'))
);
--> statement-breakpoint
CREATE TABLE "household" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"recipients" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "household_division_code_form" CHECK (is_division_code("household"."division_code")),
	CONSTRAINT "household_id_home" CHECK (is_home("household"."id", "household"."division_code")),
	CONSTRAINT "household_recipients" CHECK ("household"."recipients" >= 0)
);
--> statement-breakpoint
CREATE TABLE "outreach_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"held_on" date NOT NULL,
	"beneficiaries" integer NOT NULL,
	CONSTRAINT "outreach_event_division_code_form" CHECK (is_division_code("outreach_event"."division_code")),
	CONSTRAINT "outreach_event_id_home" CHECK (is_home("outreach_event"."id", "outreach_event"."division_code")),
	CONSTRAINT "outreach_event_kind" CHECK ("outreach_event"."kind" in ('FREE_CLINIC', 'WHEELCHAIR_DELIVERY', 'HOME_REPAIR')),
	CONSTRAINT "outreach_event_beneficiaries" CHECK ("outreach_event"."beneficiaries" >= 0)
);
--> statement-breakpoint
CREATE TABLE "service_purchase" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"purchased_on" date NOT NULL,
	"amount_fen" bigint NOT NULL,
	"posts" integer NOT NULL,
	"provider" text NOT NULL,
	CONSTRAINT "service_purchase_division_code_form" CHECK (is_division_code("service_purchase"."division_code")),
	CONSTRAINT "service_purchase_id_home" CHECK (is_home("service_purchase"."id", "service_purchase"."division_code")),
	CONSTRAINT "service_purchase_figures" CHECK ("service_purchase"."amount_fen" > 0 and "service_purchase"."posts" >= 0)
);
--> statement-breakpoint
CREATE TABLE "subsidy" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"elder_id" uuid NOT NULL,
	"scheme" text NOT NULL,
	"month" date NOT NULL,
	"amount_fen" bigint NOT NULL,
	"status" text NOT NULL,
	"granted_on" date NOT NULL,
	"paid_on" date,
	CONSTRAINT "subsidy_division_code_form" CHECK (is_division_code("subsidy"."division_code")),
	CONSTRAINT "subsidy_id_home" CHECK (is_home("subsidy"."id", "subsidy"."division_code")),
	CONSTRAINT "subsidy_scheme" CHECK ("subsidy"."scheme" in ('AGE_ALLOWANCE', 'CENTENARIAN_ALLOWANCE', 'BIRTH_POLICY_AWARD')),
	CONSTRAINT "subsidy_status" CHECK ("subsidy"."status" in ('GRANTED', 'PAID', 'STOPPED')),
	CONSTRAINT "subsidy_month" CHECK (extract(day from "subsidy"."month") = 1),
	CONSTRAINT "subsidy_amount" CHECK ("subsidy"."amount_fen" > 0),
	CONSTRAINT "subsidy_paid" CHECK (("subsidy"."paid_on" is not null) = ("subsidy"."status" = 'PAID') and "subsidy"."paid_on" >= "subsidy"."granted_on")
);
--> statement-breakpoint
ALTER TABLE "ability_assessment" ADD CONSTRAINT "ability_assessment_elder_id_elder_id_fk" FOREIGN KEY ("elder_id") REFERENCES "public"."elder"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "institution_inspection" ADD CONSTRAINT "institution_inspection_care_institution_id_care_institution_id_fk" FOREIGN KEY ("care_institution_id") REFERENCES "public"."care_institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_visit" ADD CONSTRAINT "care_visit_elder_id_elder_id_fk" FOREIGN KEY ("elder_id") REFERENCES "public"."elder"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_visit" ADD CONSTRAINT "care_visit_care_worker_id_care_worker_id_fk" FOREIGN KEY ("care_worker_id") REFERENCES "public"."care_worker"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_household_id_household_id_fk" FOREIGN KEY ("household_id") REFERENCES "public"."household"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_care_institution_id_care_institution_id_fk" FOREIGN KEY ("care_institution_id") REFERENCES "public"."care_institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_care_worker_id_care_worker_id_fk" FOREIGN KEY ("care_worker_id") REFERENCES "public"."care_worker"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "emergency_contact" ADD CONSTRAINT "emergency_contact_elder_id_elder_id_fk" FOREIGN KEY ("elder_id") REFERENCES "public"."elder"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subsidy" ADD CONSTRAINT "subsidy_elder_id_elder_id_fk" FOREIGN KEY ("elder_id") REFERENCES "public"."elder"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ability_assessment_elder" ON "ability_assessment" USING btree ("elder_id","assessed_on" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "care_institution_division" ON "care_institution" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "care_institution_kind_division" ON "care_institution" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "institution_inspection_institution" ON "institution_inspection" USING btree ("care_institution_id","inspected_on","id");--> statement-breakpoint
CREATE INDEX "care_visit_elder" ON "care_visit" USING btree ("elder_id","scheduled_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "care_visit_worker" ON "care_visit" USING btree ("care_worker_id","scheduled_at");--> statement-breakpoint
CREATE INDEX "care_visit_city" ON "care_visit" USING btree ("scheduled_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "care_visit_district" ON "care_visit" USING btree (left(division_code, 6),"scheduled_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "care_visit_subdistrict" ON "care_visit" USING btree (left(division_code, 9),"scheduled_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "care_visit_community" ON "care_visit" USING btree ("division_code","scheduled_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "care_worker_division" ON "care_worker" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "care_worker_role_division" ON "care_worker" USING btree ("role","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "elder_division" ON "elder" USING btree ("division_code","id");--> statement-breakpoint
CREATE INDEX "elder_household_id" ON "elder" USING btree ("household_id");--> statement-breakpoint
CREATE INDEX "elder_institution_id" ON "elder" USING btree ("care_institution_id");--> statement-breakpoint
CREATE INDEX "elder_worker_id" ON "elder" USING btree ("care_worker_id");--> statement-breakpoint
CREATE UNIQUE INDEX "emergency_contact_position" ON "emergency_contact" USING btree ("elder_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "outreach_event_division" ON "outreach_event" USING btree ("division_code","held_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "service_purchase_division" ON "service_purchase" USING btree ("division_code","purchased_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "subsidy_once" ON "subsidy" USING btree ("elder_id","scheme","month");--> statement-breakpoint
CREATE INDEX "subsidy_elder" ON "subsidy" USING btree ("elder_id","month" DESC NULLS LAST,"id" DESC NULLS LAST);