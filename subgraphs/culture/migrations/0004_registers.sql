-- What the registers need to close: a status, and facts that count what is closed, disbanded or called off no more.
ALTER TABLE "activity" ADD COLUMN "status" text DEFAULT 'OFFERED' NOT NULL;--> statement-breakpoint
ALTER TABLE "exhibition" ADD COLUMN "status" text DEFAULT 'ANNOUNCED' NOT NULL;--> statement-breakpoint
ALTER TABLE "troupe" ADD COLUMN "status" text DEFAULT 'ACTIVE' NOT NULL;--> statement-breakpoint
ALTER TABLE "venue" ADD COLUMN "status" text DEFAULT 'OPEN' NOT NULL;--> statement-breakpoint
CREATE INDEX "exhibition_venue" ON "exhibition" USING btree ("venue_id");--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_status" CHECK ("activity"."status" in ('OFFERED', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "exhibition" ADD CONSTRAINT "exhibition_status" CHECK ("exhibition"."status" in ('ANNOUNCED', 'CLOSED', 'CANCELLED'));--> statement-breakpoint
ALTER TABLE "troupe" ADD CONSTRAINT "troupe_status" CHECK ("troupe"."status" in ('ACTIVE', 'DISBANDED'));--> statement-breakpoint
ALTER TABLE "venue" ADD CONSTRAINT "venue_status" CHECK ("venue"."status" in ('OPEN', 'CLOSED'));--> statement-breakpoint
create or replace function venue_facts(v venue) returns setof fact language sql immutable as $$
  select ('venues:' || v.kind, v.division_code, null::date, 1::bigint)::fact where v.status = 'OPEN'
$$;
--> statement-breakpoint
create or replace function activity_facts(a activity) returns setof fact language sql immutable as $$
  select ('activities:' || a.category, a.division_code, null::date, 1::bigint)::fact where a.status = 'OFFERED'
$$;
--> statement-breakpoint
create or replace function troupe_facts(t troupe) returns setof fact language sql immutable as $$
  select ('troupes:' || t.kind, t.division_code, null::date, 1::bigint)::fact where t.status = 'ACTIVE'
$$;
--> statement-breakpoint
create or replace function exhibition_facts(e exhibition) returns setof fact language sql immutable as $$
  select ('exhibitions', e.division_code, null::date, 1::bigint)::fact where e.status <> 'CANCELLED'
$$;
