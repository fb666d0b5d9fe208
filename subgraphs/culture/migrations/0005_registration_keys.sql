ALTER TABLE "activity" ADD COLUMN "registration_key" text;--> statement-breakpoint
ALTER TABLE "troupe" ADD COLUMN "registration_key" text;--> statement-breakpoint
ALTER TABLE "venue" ADD COLUMN "registration_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "activity_registration_key" ON "activity" USING btree ("registration_key") WHERE "activity"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "troupe_registration_key" ON "troupe" USING btree ("registration_key") WHERE "troupe"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "venue_registration_key" ON "venue" USING btree ("registration_key") WHERE "venue"."registration_key" is not null;