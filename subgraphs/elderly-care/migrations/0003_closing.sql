ALTER TABLE "care_institution" DROP CONSTRAINT "care_institution_service_centre_id_unique";--> statement-breakpoint
ALTER TABLE "elder" DROP CONSTRAINT "elder_id_number_hash_unique";--> statement-breakpoint
ALTER TABLE "care_institution" ADD COLUMN "status" text DEFAULT 'OPEN' NOT NULL;--> statement-breakpoint
ALTER TABLE "care_institution" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "care_worker" ADD COLUMN "status" text DEFAULT 'REGISTERED' NOT NULL;--> statement-breakpoint
ALTER TABLE "care_worker" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "elder" ADD COLUMN "status" text DEFAULT 'REGISTERED' NOT NULL;--> statement-breakpoint
ALTER TABLE "elder" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "elder" ADD COLUMN "close_reason" text;--> statement-breakpoint
ALTER TABLE "subsidy" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "care_institution_service_centre" ON "care_institution" USING btree ("service_centre_id") WHERE "care_institution"."status" = 'OPEN';--> statement-breakpoint
CREATE UNIQUE INDEX "elder_id_number_hash" ON "elder" USING btree ("id_number_hash") WHERE "elder"."close_reason" is distinct from 'MOVED_AWAY';--> statement-breakpoint
ALTER TABLE "care_institution" ADD CONSTRAINT "care_institution_status" CHECK ("care_institution"."status" in ('OPEN', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "care_institution" ADD CONSTRAINT "care_institution_closed" CHECK (("care_institution"."status" = 'CLOSED') = ("care_institution"."closed_on" is not null) and ("care_institution"."status" <> 'CLOSED' or "care_institution"."residents_count" = 0));--> statement-breakpoint
ALTER TABLE "care_worker" ADD CONSTRAINT "care_worker_status" CHECK ("care_worker"."status" in ('REGISTERED', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "care_worker" ADD CONSTRAINT "care_worker_closed" CHECK (("care_worker"."status" = 'CLOSED') = ("care_worker"."closed_on" is not null) and ("care_worker"."status" <> 'CLOSED' or not "care_worker"."on_duty"));--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_status" CHECK ("elder"."status" in ('REGISTERED', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_close_reason" CHECK ("elder"."close_reason" in ('MOVED_AWAY', 'DIED'));--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_closed" CHECK (("elder"."status" = 'CLOSED') = ("elder"."closed_on" is not null)
      and ("elder"."status" = 'CLOSED') = ("elder"."close_reason" is not null)
      and ("elder"."status" <> 'CLOSED' or ("elder"."care_mode" is null and "elder"."household_id" is null and "elder"."care_worker_id" is null)));