CREATE TABLE "activity" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"category" text NOT NULL,
	"audience" text NOT NULL,
	"season" text,
	"organiser" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "activity_with_category" UNIQUE("id","category"),
	CONSTRAINT "activity_division_code_form" CHECK (is_division_code("activity"."division_code")),
	CONSTRAINT "activity_id_home" CHECK (is_home("activity"."id", "activity"."division_code")),
	CONSTRAINT "activity_category" CHECK ("activity"."category" in ('PERFORMANCE', 'TRAINING', 'LECTURE', 'OPEN_DAY', 'GIFT_GIVING', 'CLUB', 'READING')),
	CONSTRAINT "activity_audience" CHECK ("activity"."audience" in ('ELDERLY', 'CHILDREN', 'WOMEN', 'DISABLED', 'EVERYONE')),
	CONSTRAINT "activity_season" CHECK ("activity"."season" in ('RESPECT_FOR_THE_ELDERLY', 'ARTS_TO_THE_COUNTRYSIDE', 'SPRING_FESTIVAL'))
);
--> statement-breakpoint
CREATE TABLE "booking" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"session_id" uuid NOT NULL,
	"elder_id" uuid,
	"person_key" text NOT NULL,
	"status" text NOT NULL,
	"seats" integer NOT NULL,
	"waitlist_position" integer,
	"booked_at" timestamp with time zone NOT NULL,
	"cancelled_at" timestamp with time zone,
	"checked_in_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "booking_division_code_form" CHECK (is_division_code("booking"."division_code")),
	CONSTRAINT "booking_id_home" CHECK (is_home("booking"."id", "booking"."division_code")),
	CONSTRAINT "booking_status" CHECK ("booking"."status" in ('CONFIRMED', 'WAITLISTED', 'CANCELLED', 'CHECKED_IN')),
	CONSTRAINT "booking_seats" CHECK ("booking"."seats" between 1 and 10),
	CONSTRAINT "booking_waitlist" CHECK (("booking"."waitlist_position" is not null) = ("booking"."status" = 'WAITLISTED') and "booking"."waitlist_position" >= 1),
	CONSTRAINT "booking_cancelled" CHECK (("booking"."cancelled_at" is not null) = ("booking"."status" = 'CANCELLED')),
	CONSTRAINT "booking_checked_in" CHECK (("booking"."checked_in_at" is not null) = ("booking"."status" = 'CHECKED_IN'))
);
--> statement-breakpoint
CREATE TABLE "culture_project" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"investment_fen" bigint NOT NULL,
	"completed_on" date NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "culture_project_division_code_form" CHECK (is_division_code("culture_project"."division_code")),
	CONSTRAINT "culture_project_id_home" CHECK (is_home("culture_project"."id", "culture_project"."division_code")),
	CONSTRAINT "culture_project_investment" CHECK ("culture_project"."investment_fen" > 0)
);
--> statement-breakpoint
CREATE TABLE "exhibition" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"venue_id" uuid NOT NULL,
	"title" text NOT NULL,
	"opens_on" date NOT NULL,
	"closes_on" date NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "exhibition_division_code_form" CHECK (is_division_code("exhibition"."division_code")),
	CONSTRAINT "exhibition_id_home" CHECK (is_home("exhibition"."id", "exhibition"."division_code")),
	CONSTRAINT "exhibition_days" CHECK ("exhibition"."closes_on" >= "exhibition"."opens_on")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"activity_id" uuid NOT NULL,
	"category" text NOT NULL,
	"venue_id" uuid,
	"place" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"capacity" integer NOT NULL,
	"seats_taken" integer DEFAULT 0 NOT NULL,
	"waitlist_length" integer DEFAULT 0 NOT NULL,
	"attended" integer,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "session_division_code_form" CHECK (is_division_code("session"."division_code")),
	CONSTRAINT "session_id_home" CHECK (is_home("session"."id", "session"."division_code")),
	CONSTRAINT "session_status" CHECK ("session"."status" in ('SCHEDULED', 'HELD', 'CANCELLED')),
	CONSTRAINT "session_times" CHECK ("session"."ends_at" > "session"."starts_at"),
	CONSTRAINT "session_seats" CHECK ("session"."capacity" > 0 and "session"."seats_taken" between 0 and "session"."capacity" and "session"."waitlist_length" >= 0),
	CONSTRAINT "session_attended" CHECK (("session"."attended" is not null) = ("session"."status" = 'HELD') and "session"."attended" >= 0),
	CONSTRAINT "session_location" CHECK ("session"."longitude" between 112 and 115 and "session"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "troupe" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"members" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "troupe_division_code_form" CHECK (is_division_code("troupe"."division_code")),
	CONSTRAINT "troupe_id_home" CHECK (is_home("troupe"."id", "troupe"."division_code")),
	CONSTRAINT "troupe_kind" CHECK ("troupe"."kind" in ('ETHNIC_MINORITY', 'OPERA', 'DANCE', 'CHORUS')),
	CONSTRAINT "troupe_members" CHECK ("troupe"."members" > 0)
);
--> statement-breakpoint
CREATE TABLE "venue" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"service_centre_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"capacity" integer NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "venue_division_code_form" CHECK (is_division_code("venue"."division_code")),
	CONSTRAINT "venue_id_home" CHECK (is_home("venue"."id", "venue"."division_code")),
	CONSTRAINT "venue_kind" CHECK ("venue"."kind" in ('HALL', 'CLASSROOM', 'READING_ROOM', 'DANCE_ROOM', 'CALLIGRAPHY_ROOM', 'GAMES_ROOM', 'CHILDREN_ROOM')),
	CONSTRAINT "venue_capacity" CHECK ("venue"."capacity" > 0),
	CONSTRAINT "venue_location" CHECK ("venue"."longitude" between 112 and 115 and "venue"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
ALTER TABLE "booking" ADD CONSTRAINT "booking_session_id_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."session"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exhibition" ADD CONSTRAINT "exhibition_venue_id_venue_id_fk" FOREIGN KEY ("venue_id") REFERENCES "public"."venue"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_venue_id_venue_id_fk" FOREIGN KEY ("venue_id") REFERENCES "public"."venue"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_activity" FOREIGN KEY ("activity_id","category") REFERENCES "public"."activity"("id","category") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "activity_division" ON "activity" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "activity_category_division" ON "activity" USING btree ("category","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "booking_once" ON "booking" USING btree ("session_id","person_key") WHERE status <> 'CANCELLED';--> statement-breakpoint
CREATE UNIQUE INDEX "booking_waitlist_order" ON "booking" USING btree ("session_id","waitlist_position") WHERE status = 'WAITLISTED';--> statement-breakpoint
CREATE INDEX "booking_elder" ON "booking" USING btree ("elder_id","booked_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "culture_project_division" ON "culture_project" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "exhibition_division" ON "exhibition" USING btree ("division_code","opens_on","id");--> statement-breakpoint
CREATE INDEX "session_of_activity" ON "session" USING btree ("activity_id");--> statement-breakpoint
CREATE INDEX "session_venue" ON "session" USING btree ("venue_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "session_city" ON "session" USING btree ("starts_at","id");--> statement-breakpoint
CREATE INDEX "session_district" ON "session" USING btree (left(division_code, 6),"starts_at","id");--> statement-breakpoint
CREATE INDEX "session_subdistrict" ON "session" USING btree (left(division_code, 9),"starts_at","id");--> statement-breakpoint
CREATE INDEX "session_community" ON "session" USING btree ("division_code","starts_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "troupe_division" ON "troupe" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "troupe_kind_division" ON "troupe" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "venue_centre" ON "venue" USING btree ("service_centre_id","id");