ALTER TABLE "care_institution" ADD COLUMN "registration_key" text;--> statement-breakpoint
ALTER TABLE "care_worker" ADD COLUMN "registration_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "care_institution_registration_key" ON "care_institution" USING btree ("registration_key") WHERE "care_institution"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "care_worker_registration_key" ON "care_worker" USING btree ("registration_key") WHERE "care_worker"."registration_key" is not null;