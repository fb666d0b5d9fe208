ALTER TABLE "pollution_source" ADD COLUMN "registration_key" text;--> statement-breakpoint
ALTER TABLE "road" ADD COLUMN "registration_key" text;--> statement-breakpoint
ALTER TABLE "sanitation_crew" ADD COLUMN "registration_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "pollution_source_registration_key" ON "pollution_source" USING btree ("registration_key") WHERE "pollution_source"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "road_registration_key" ON "road" USING btree ("registration_key") WHERE "road"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "sanitation_crew_registration_key" ON "sanitation_crew" USING btree ("registration_key") WHERE "sanitation_crew"."registration_key" is not null;