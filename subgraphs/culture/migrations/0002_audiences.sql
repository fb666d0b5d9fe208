-- Sessions bear their activity's audience, to be listed by it; venues are counted by kind, and listed by division.
ALTER TABLE "session" DROP CONSTRAINT "session_activity";--> statement-breakpoint
ALTER TABLE "activity" DROP CONSTRAINT "activity_with_category";--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_as_offered" UNIQUE("id","category","audience");--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "audience" text;--> statement-breakpoint
update session s set audience = a.audience from activity a where a.id = s.activity_id;--> statement-breakpoint
ALTER TABLE "session" ALTER COLUMN "audience" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_activity" FOREIGN KEY ("activity_id","category","audience") REFERENCES "public"."activity"("id","category","audience") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "session_category" ON "session" USING btree ("category","starts_at","id");--> statement-breakpoint
CREATE INDEX "session_audience" ON "session" USING btree ("audience","starts_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "venue_division" ON "venue" USING btree ("division_code","id");--> statement-breakpoint
DROP INDEX "booking_elder";--> statement-breakpoint
CREATE INDEX "booking_elder" ON "booking" USING btree ("elder_id","booked_at","id");--> statement-breakpoint
create or replace function venue_facts(v venue) returns setof fact language sql immutable as $$
  select ('venues:' || v.kind, v.division_code, null::date, 1::bigint)::fact
$$;--> statement-breakpoint
insert into tally as t (division_code, metric, grain, start, slot, amount)
  select division_code, metric, grain, start, 0, counted - kept from tally_recount()
  on conflict (division_code, metric, grain, start, slot) do update set amount = t.amount + excluded.amount;
