ALTER TABLE "cleaning_run" ADD COLUMN "abandoned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cleaning_run" ADD COLUMN "abandon_reason" text;--> statement-breakpoint
ALTER TABLE "enforcement_campaign" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "pollution_source" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "road" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "sanitation_crew" ADD COLUMN "disbanded_on" date;--> statement-breakpoint
ALTER TABLE "vehicle_dispatch" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "blind_spot" ADD CONSTRAINT "blind_spot_place" CHECK (length(btrim("blind_spot"."place")) between 1 and 200);--> statement-breakpoint
ALTER TABLE "cleaning_run" ADD CONSTRAINT "cleaning_run_abandoned" CHECK (("cleaning_run"."abandoned_at" is not null) = ("cleaning_run"."status" = 'ABANDONED') and ("cleaning_run"."abandon_reason" is not null) = ("cleaning_run"."status" = 'ABANDONED')
      and "cleaning_run"."abandoned_at" >= "cleaning_run"."started_at" and length(btrim("cleaning_run"."abandon_reason")) between 1 and 500);--> statement-breakpoint
ALTER TABLE "enforcement_campaign" ADD CONSTRAINT "enforcement_campaign_title" CHECK (length(btrim("enforcement_campaign"."title")) between 1 and 200);--> statement-breakpoint
ALTER TABLE "inspection" ADD CONSTRAINT "inspection_measure" CHECK (length(btrim("inspection"."control_measure")) between 1 and 500);--> statement-breakpoint
ALTER TABLE "inspection_team" ADD CONSTRAINT "inspection_team_name" CHECK (length(btrim("inspection_team"."name")) between 1 and 100);--> statement-breakpoint
ALTER TABLE "pollution_source" ADD CONSTRAINT "pollution_source_texts" CHECK (length(btrim("pollution_source"."name")) between 1 and 200 and length(btrim("pollution_source"."address")) between 1 and 200
      and length(btrim("pollution_source"."control_measure")) between 1 and 500);--> statement-breakpoint
ALTER TABLE "road" ADD CONSTRAINT "road_name" CHECK (length(btrim("road"."name")) between 1 and 200);--> statement-breakpoint
ALTER TABLE "sanitation_crew" ADD CONSTRAINT "sanitation_crew_texts" CHECK (length(btrim("sanitation_crew"."name")) between 1 and 200 and length(btrim("sanitation_crew"."phone")) between 1 and 50
      and length(btrim("sanitation_crew"."leader_name")) between 1 and 100);--> statement-breakpoint
ALTER TABLE "sanitation_vehicle" ADD CONSTRAINT "sanitation_vehicle_plate" CHECK (length(btrim("sanitation_vehicle"."plate_number")) between 1 and 20);