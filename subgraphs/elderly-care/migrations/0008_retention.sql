ALTER TABLE "elder" ADD COLUMN "contact_erased_on" date;--> statement-breakpoint
CREATE INDEX "elder_contact_due" ON "elder" USING btree ("closed_on") WHERE status = 'CLOSED' and contact_erased_on is null;--> statement-breakpoint
CREATE INDEX "care_worker_contact_due" ON "care_worker" USING btree ("closed_on") WHERE status = 'CLOSED' and name <> '已删除';