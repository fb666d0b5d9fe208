ALTER TABLE "activity" DROP CONSTRAINT "activity_with_category";--> statement-breakpoint
ALTER TABLE "session" DROP CONSTRAINT "session_activity";
--> statement-breakpoint
DROP INDEX "booking_elder";--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "audience" text NOT NULL;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_activity" FOREIGN KEY ("activity_id","category","audience") REFERENCES "public"."activity"("id","category","audience") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "session_category" ON "session" USING btree ("category","starts_at","id");--> statement-breakpoint
CREATE INDEX "session_audience" ON "session" USING btree ("audience","starts_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "venue_division" ON "venue" USING btree ("division_code","id");--> statement-breakpoint
CREATE INDEX "booking_elder" ON "booking" USING btree ("elder_id","booked_at","id");--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_as_offered" UNIQUE("id","category","audience");