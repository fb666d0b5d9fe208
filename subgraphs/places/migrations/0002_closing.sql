ALTER TABLE "service_centre" ADD COLUMN "status" text DEFAULT 'OPEN' NOT NULL;--> statement-breakpoint
ALTER TABLE "service_centre" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "service_point" ADD COLUMN "status" text DEFAULT 'OPEN' NOT NULL;--> statement-breakpoint
ALTER TABLE "service_point" ADD COLUMN "closed_on" date;--> statement-breakpoint
ALTER TABLE "service_centre" ADD CONSTRAINT "service_centre_status" CHECK ("service_centre"."status" in ('OPEN', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "service_centre" ADD CONSTRAINT "service_centre_closed" CHECK (("service_centre"."status" = 'CLOSED') = ("service_centre"."closed_on" is not null));--> statement-breakpoint
ALTER TABLE "service_point" ADD CONSTRAINT "service_point_status" CHECK ("service_point"."status" in ('OPEN', 'CLOSED'));--> statement-breakpoint
ALTER TABLE "service_point" ADD CONSTRAINT "service_point_closed" CHECK (("service_point"."status" = 'CLOSED') = ("service_point"."closed_on" is not null));