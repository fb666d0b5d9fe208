CREATE TABLE "sample_record" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"registration_key" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"contact_phone" text,
	"owned_by" text,
	"registered_on" date NOT NULL,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"closed_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "sample_record_division_code_form" CHECK (is_division_code("sample_record"."division_code")),
	CONSTRAINT "sample_record_id_home" CHECK (is_home("sample_record"."id", "sample_record"."division_code")),
	CONSTRAINT "sample_record_sealed" CHECK (is_sealed("sample_record"."contact_phone")),
	CONSTRAINT "sample_record_kind" CHECK ("sample_record"."kind" in ('GENERAL', 'OTHER')),
	CONSTRAINT "sample_record_status" CHECK ("sample_record"."status" in ('ACTIVE', 'CLOSED')),
	CONSTRAINT "sample_record_closed" CHECK (("sample_record"."status" = 'CLOSED') = ("sample_record"."closed_on" is not null) and "sample_record"."closed_on" >= "sample_record"."registered_on")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "sample_record_registration_key" ON "sample_record" USING btree ("registration_key") WHERE "sample_record"."registration_key" is not null;--> statement-breakpoint
CREATE INDEX "sample_record_contact_due" ON "sample_record" USING btree ("closed_on") WHERE status = 'CLOSED' and (contact_phone is not null or owned_by is not null);--> statement-breakpoint
CREATE UNIQUE INDEX "sample_record_division" ON "sample_record" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sample_record_kind_division" ON "sample_record" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sample_record_owner" ON "sample_record" USING btree ("owned_by","id");