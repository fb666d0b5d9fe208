-- What writing bookings and sessions needs: who did not come, why a session was cancelled, the key of the persons' hashes.
CREATE TABLE "person_secret" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"secret" text NOT NULL,
	CONSTRAINT "person_secret_one" CHECK ("person_secret"."one"),
	CONSTRAINT "person_secret_length" CHECK (length("person_secret"."secret") >= 64)
);
--> statement-breakpoint
ALTER TABLE "booking" DROP CONSTRAINT "booking_status";--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "cancel_reason" text;--> statement-breakpoint
ALTER TABLE "booking" ADD CONSTRAINT "booking_status" CHECK ("booking"."status" in ('CONFIRMED', 'WAITLISTED', 'CANCELLED', 'CHECKED_IN', 'NO_SHOW'));--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_cancel_reason" CHECK ("session"."cancel_reason" is null or "session"."status" = 'CANCELLED');
--> statement-breakpoint
-- 244 random bits, of this database alone: a hash means nothing to who has not the key.
insert into person_secret (secret) values (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
--> statement-breakpoint
-- A seat that nobody came for was taken all the same.
create or replace function booking_counts() returns trigger language plpgsql as $$
declare
  source text := '';
begin
  if TG_OP <> 'INSERT' then source := 'select session_id, status, -seats as seats, -1 as one from old_rows'; end if;
  if TG_OP = 'UPDATE' then source := source || ' union all '; end if;
  if TG_OP <> 'DELETE' then source := source || 'select session_id, status, seats, 1 as one from new_rows'; end if;
  execute 'update session s set seats_taken = s.seats_taken + c.seats, waitlist_length = s.waitlist_length + c.waiting from ('
    || 'select session_id, coalesce(sum(seats) filter (where status in (''CONFIRMED'', ''CHECKED_IN'', ''NO_SHOW'')), 0) as seats,'
    || ' coalesce(sum(one) filter (where status = ''WAITLISTED''), 0) as waiting from (' || source || ') b group by session_id'
    || ') c where s.id = c.session_id and (c.seats <> 0 or c.waiting <> 0)';
  return null;
end
$$;
