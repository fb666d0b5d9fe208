-- Whoever books for themselves is known by the subject of their token. Of bookings so far the events say who made them.
ALTER TABLE "booking" ADD COLUMN "owned_by" text;--> statement-breakpoint
CREATE INDEX "booking_owner" ON "booking" USING btree ("owned_by","booked_at","id") WHERE owned_by is not null;--> statement-breakpoint
UPDATE "booking" b SET "owned_by" = e.caller FROM "change_event" e
WHERE e.entity_id = b.id::text AND e.entity_type = 'Booking' AND e.action = 'bookSession' AND e.from_status IS NULL;
