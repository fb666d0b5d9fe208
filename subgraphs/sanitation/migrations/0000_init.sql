CREATE TABLE "blind_spot" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"place" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"reported_at" timestamp with time zone NOT NULL,
	"cleared_at" timestamp with time zone,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "blind_spot_division_code_form" CHECK (is_division_code("blind_spot"."division_code")),
	CONSTRAINT "blind_spot_id_home" CHECK (is_home("blind_spot"."id", "blind_spot"."division_code")),
	CONSTRAINT "blind_spot_kind" CHECK ("blind_spot"."kind" in ('GARBAGE_HEAP', 'CONSTRUCTION_WASTE', 'STAGNANT_WATER', 'ILLEGAL_POSTERS', 'WEEDS')),
	CONSTRAINT "blind_spot_status" CHECK ("blind_spot"."status" in ('REPORTED', 'CLEARED')),
	CONSTRAINT "blind_spot_cleared" CHECK (("blind_spot"."cleared_at" is not null) = ("blind_spot"."status" = 'CLEARED') and "blind_spot"."cleared_at" >= "blind_spot"."reported_at"),
	CONSTRAINT "blind_spot_location" CHECK ("blind_spot"."longitude" between 112 and 115 and "blind_spot"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "cleaning_run" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"road_id" uuid NOT NULL,
	"day" date NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"completed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "cleaning_run_division_code_form" CHECK (is_division_code("cleaning_run"."division_code")),
	CONSTRAINT "cleaning_run_id_home" CHECK (is_home("cleaning_run"."id", "cleaning_run"."division_code")),
	CONSTRAINT "cleaning_run_status" CHECK ("cleaning_run"."status" in ('OPEN', 'COMPLETED', 'ABANDONED')),
	CONSTRAINT "cleaning_run_completed" CHECK (("cleaning_run"."completed_at" is not null) = ("cleaning_run"."status" = 'COMPLETED') and "cleaning_run"."completed_at" >= "cleaning_run"."started_at")
);
--> statement-breakpoint
CREATE TABLE "cleaning_step" (
	"run_id" uuid NOT NULL,
	"ordinal" smallint NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"vehicle_id" uuid,
	"crew_id" uuid,
	CONSTRAINT "cleaning_step_run_id_ordinal_pk" PRIMARY KEY("run_id","ordinal"),
	CONSTRAINT "cleaning_step_order" CHECK ("cleaning_step"."kind" = (array['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'])["cleaning_step"."ordinal"]),
	CONSTRAINT "cleaning_step_status" CHECK ("cleaning_step"."status" in ('PENDING', 'IN_PROGRESS', 'COMPLETED')),
	CONSTRAINT "cleaning_step_times" CHECK (("cleaning_step"."started_at" is not null) = ("cleaning_step"."status" <> 'PENDING')
      and ("cleaning_step"."completed_at" is not null) = ("cleaning_step"."status" = 'COMPLETED') and "cleaning_step"."completed_at" >= "cleaning_step"."started_at")
);
--> statement-breakpoint
CREATE TABLE "road_flush" (
	"road_id" uuid NOT NULL,
	"day" date NOT NULL,
	CONSTRAINT "road_flush_road_id_day_pk" PRIMARY KEY("road_id","day")
);
--> statement-breakpoint
CREATE TABLE "enforcement_campaign" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"started_on" date NOT NULL,
	"ended_on" date NOT NULL,
	"person_times" integer NOT NULL,
	"vehicle_times" integer NOT NULL,
	"vehicles_held" integer NOT NULL,
	"small_ads_cleared" integer NOT NULL,
	"light_boxes_removed" integer NOT NULL,
	"billboards_removed" integer NOT NULL,
	"steel_structures_removed" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "enforcement_campaign_division_code_form" CHECK (is_division_code("enforcement_campaign"."division_code")),
	CONSTRAINT "enforcement_campaign_id_home" CHECK (is_home("enforcement_campaign"."id", "enforcement_campaign"."division_code")),
	CONSTRAINT "enforcement_campaign_days" CHECK ("enforcement_campaign"."ended_on" >= "enforcement_campaign"."started_on"),
	CONSTRAINT "enforcement_campaign_results" CHECK (least("enforcement_campaign"."person_times", "enforcement_campaign"."vehicle_times", "enforcement_campaign"."vehicles_held", "enforcement_campaign"."small_ads_cleared",
      "enforcement_campaign"."light_boxes_removed", "enforcement_campaign"."billboards_removed", "enforcement_campaign"."steel_structures_removed") >= 0)
);
--> statement-breakpoint
CREATE TABLE "inspection" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"alert_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"category" text NOT NULL,
	"inspected_at" timestamp with time zone NOT NULL,
	"finding" text NOT NULL,
	"control_measure" text NOT NULL,
	"penalty_fen" bigint,
	CONSTRAINT "inspection_division_code_form" CHECK (is_division_code("inspection"."division_code")),
	CONSTRAINT "inspection_id_home" CHECK (is_home("inspection"."id", "inspection"."division_code")),
	CONSTRAINT "inspection_finding" CHECK ("inspection"."finding" in ('COMPLIANT', 'RECTIFIED', 'VIOLATION')),
	CONSTRAINT "inspection_category" CHECK ("inspection"."category" in ('AUTO_REPAIR', 'PRINTING', 'CONCRETE_MIXING', 'PETROL_STATION', 'CONSTRUCTION_SITE')),
	CONSTRAINT "inspection_penalty" CHECK ("inspection"."penalty_fen" is null or ("inspection"."penalty_fen" > 0 and "inspection"."finding" = 'VIOLATION'))
);
--> statement-breakpoint
CREATE TABLE "inspection_team" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"alert_id" uuid NOT NULL,
	"name" text NOT NULL,
	"sent_on" date NOT NULL,
	CONSTRAINT "inspection_team_division_code_form" CHECK (is_division_code("inspection_team"."division_code")),
	CONSTRAINT "inspection_team_id_home" CHECK (is_home("inspection_team"."id", "inspection_team"."division_code"))
);
--> statement-breakpoint
CREATE TABLE "pollution_alert" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"level" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "pollution_alert_division_code_form" CHECK (is_division_code("pollution_alert"."division_code")),
	CONSTRAINT "pollution_alert_id_home" CHECK (is_home("pollution_alert"."id", "pollution_alert"."division_code")),
	CONSTRAINT "pollution_alert_level" CHECK ("pollution_alert"."level" in ('BLUE', 'YELLOW', 'ORANGE', 'RED')),
	CONSTRAINT "pollution_alert_lifted" CHECK ("pollution_alert"."lifted_at" >= "pollution_alert"."issued_at")
);
--> statement-breakpoint
CREATE TABLE "pollution_source" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"category" text NOT NULL,
	"address" text NOT NULL,
	"control_measure" text NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "pollution_source_division_code_form" CHECK (is_division_code("pollution_source"."division_code")),
	CONSTRAINT "pollution_source_id_home" CHECK (is_home("pollution_source"."id", "pollution_source"."division_code")),
	CONSTRAINT "pollution_source_category" CHECK ("pollution_source"."category" in ('AUTO_REPAIR', 'PRINTING', 'CONCRETE_MIXING', 'PETROL_STATION', 'CONSTRUCTION_SITE')),
	CONSTRAINT "pollution_source_location" CHECK ("pollution_source"."longitude" between 112 and 115 and "pollution_source"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "cleaning_grade_standard" (
	"edition" text NOT NULL,
	"grade" text NOT NULL,
	"peels" integer NOT NULL,
	"papers" integer NOT NULL,
	"cigarette_ends" integer NOT NULL,
	"sputum" integer NOT NULL,
	"sewage_square_metres" double precision NOT NULL,
	"other" integer NOT NULL,
	CONSTRAINT "cleaning_grade_standard_edition_grade_pk" PRIMARY KEY("edition","grade"),
	CONSTRAINT "cleaning_grade_standard_grade" CHECK ("cleaning_grade_standard"."grade" in ('FIRST', 'SECOND', 'THIRD', 'FOURTH'))
);
--> statement-breakpoint
CREATE TABLE "road" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"cleaning_grade" text NOT NULL,
	"length_metres" integer NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "road_division_code_form" CHECK (is_division_code("road"."division_code")),
	CONSTRAINT "road_id_home" CHECK (is_home("road"."id", "road"."division_code")),
	CONSTRAINT "road_cleaning_grade" CHECK ("road"."cleaning_grade" in ('FIRST', 'SECOND', 'THIRD', 'FOURTH')),
	CONSTRAINT "road_length" CHECK ("road"."length_metres" > 0),
	CONSTRAINT "road_location" CHECK ("road"."longitude" between 112 and 115 and "road"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "sanitation_crew" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"phone" text NOT NULL,
	"leader_name" text NOT NULL,
	"workers_on_duty" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "sanitation_crew_division_code_form" CHECK (is_division_code("sanitation_crew"."division_code")),
	CONSTRAINT "sanitation_crew_id_home" CHECK (is_home("sanitation_crew"."id", "sanitation_crew"."division_code")),
	CONSTRAINT "sanitation_crew_workers" CHECK ("sanitation_crew"."workers_on_duty" >= 0)
);
--> statement-breakpoint
CREATE TABLE "sanitation_vehicle" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"crew_id" uuid,
	"plate_number" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"on_duty" boolean NOT NULL,
	"water_capacity_litres" integer,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "sanitation_vehicle_plate_number_unique" UNIQUE("plate_number"),
	CONSTRAINT "sanitation_vehicle_division_code_form" CHECK (is_division_code("sanitation_vehicle"."division_code")),
	CONSTRAINT "sanitation_vehicle_id_home" CHECK (is_home("sanitation_vehicle"."id", "sanitation_vehicle"."division_code")),
	CONSTRAINT "sanitation_vehicle_kind" CHECK ("sanitation_vehicle"."kind" in ('SPRINKLER', 'SWEEPER', 'VACUUM_TRUCK', 'SCRUBBER', 'GARBAGE_TRUCK', 'SNOW_PLOUGH')),
	CONSTRAINT "sanitation_vehicle_status" CHECK ("sanitation_vehicle"."status" in ('AVAILABLE', 'WORKING', 'DISPATCHED', 'MAINTENANCE', 'RETIRED')),
	CONSTRAINT "sanitation_vehicle_duty" CHECK (not "sanitation_vehicle"."on_duty" or "sanitation_vehicle"."status" not in ('MAINTENANCE', 'RETIRED')),
	CONSTRAINT "sanitation_vehicle_water" CHECK ("sanitation_vehicle"."water_capacity_litres" > 0),
	CONSTRAINT "sanitation_vehicle_location" CHECK ("sanitation_vehicle"."longitude" between 112 and 115 and "sanitation_vehicle"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "vehicle_dispatch" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"vehicle_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"departed_at" timestamp with time zone NOT NULL,
	"returned_at" timestamp with time zone,
	"incident_id" uuid,
	CONSTRAINT "vehicle_dispatch_division_code_form" CHECK (is_division_code("vehicle_dispatch"."division_code")),
	CONSTRAINT "vehicle_dispatch_id_home" CHECK (is_home("vehicle_dispatch"."id", "vehicle_dispatch"."division_code")),
	CONSTRAINT "vehicle_dispatch_purpose" CHECK ("vehicle_dispatch"."purpose" in ('CLEANING', 'CAMPAIGN', 'EMERGENCY_SUPPORT')),
	CONSTRAINT "vehicle_dispatch_incident" CHECK (("vehicle_dispatch"."incident_id" is not null) = ("vehicle_dispatch"."purpose" = 'EMERGENCY_SUPPORT')),
	CONSTRAINT "vehicle_dispatch_returned" CHECK ("vehicle_dispatch"."returned_at" >= "vehicle_dispatch"."departed_at")
);
--> statement-breakpoint
ALTER TABLE "cleaning_run" ADD CONSTRAINT "cleaning_run_road_id_road_id_fk" FOREIGN KEY ("road_id") REFERENCES "public"."road"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleaning_step" ADD CONSTRAINT "cleaning_step_run_id_cleaning_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."cleaning_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleaning_step" ADD CONSTRAINT "cleaning_step_vehicle_id_sanitation_vehicle_id_fk" FOREIGN KEY ("vehicle_id") REFERENCES "public"."sanitation_vehicle"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cleaning_step" ADD CONSTRAINT "cleaning_step_crew_id_sanitation_crew_id_fk" FOREIGN KEY ("crew_id") REFERENCES "public"."sanitation_crew"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "road_flush" ADD CONSTRAINT "road_flush_road_id_road_id_fk" FOREIGN KEY ("road_id") REFERENCES "public"."road"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inspection" ADD CONSTRAINT "inspection_alert_id_pollution_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."pollution_alert"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inspection" ADD CONSTRAINT "inspection_source_id_pollution_source_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."pollution_source"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inspection" ADD CONSTRAINT "inspection_team_id_inspection_team_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."inspection_team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inspection_team" ADD CONSTRAINT "inspection_team_alert_id_pollution_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."pollution_alert"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanitation_vehicle" ADD CONSTRAINT "sanitation_vehicle_crew_id_sanitation_crew_id_fk" FOREIGN KEY ("crew_id") REFERENCES "public"."sanitation_crew"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vehicle_dispatch" ADD CONSTRAINT "vehicle_dispatch_vehicle_id_sanitation_vehicle_id_fk" FOREIGN KEY ("vehicle_id") REFERENCES "public"."sanitation_vehicle"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "blind_spot_division" ON "blind_spot" USING btree ("status","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cleaning_run_road" ON "cleaning_run" USING btree ("road_id","day","started_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cleaning_run_one_open" ON "cleaning_run" USING btree ("road_id") WHERE status = 'OPEN';--> statement-breakpoint
CREATE INDEX "cleaning_step_vehicle" ON "cleaning_step" USING btree ("vehicle_id");--> statement-breakpoint
CREATE INDEX "cleaning_step_crew" ON "cleaning_step" USING btree ("crew_id");--> statement-breakpoint
CREATE UNIQUE INDEX "enforcement_campaign_division" ON "enforcement_campaign" USING btree ("division_code","started_on","id");--> statement-breakpoint
CREATE INDEX "inspection_alert" ON "inspection" USING btree ("alert_id","inspected_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "inspection_progress" ON "inspection" USING btree ("alert_id","category","finding","source_id");--> statement-breakpoint
CREATE INDEX "inspection_of_team" ON "inspection" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "inspection_of_source" ON "inspection" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "inspection_team_alert" ON "inspection_team" USING btree ("alert_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "pollution_alert_division" ON "pollution_alert" USING btree ("division_code","issued_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "pollution_alert_one_open" ON "pollution_alert" USING btree ("division_code") WHERE lifted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pollution_source_division" ON "pollution_source" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "pollution_source_category_division" ON "pollution_source" USING btree ("category","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "road_division" ON "road" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sanitation_crew_division" ON "sanitation_crew" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sanitation_vehicle_division" ON "sanitation_vehicle" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sanitation_vehicle_kind_division" ON "sanitation_vehicle" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE INDEX "sanitation_vehicle_crew" ON "sanitation_vehicle" USING btree ("crew_id");--> statement-breakpoint
CREATE UNIQUE INDEX "vehicle_dispatch_one_open" ON "vehicle_dispatch" USING btree ("vehicle_id") WHERE returned_at is null;--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_incident_id" ON "vehicle_dispatch" USING btree ("incident_id","departed_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_city" ON "vehicle_dispatch" USING btree ("departed_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_district" ON "vehicle_dispatch" USING btree (left(division_code, 6),"departed_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_subdistrict" ON "vehicle_dispatch" USING btree (left(division_code, 9),"departed_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_community" ON "vehicle_dispatch" USING btree ("division_code","departed_at" DESC NULLS LAST,"id" DESC NULLS LAST);