DROP INDEX "ability_assessment_elder";--> statement-breakpoint
DROP INDEX "care_visit_elder";--> statement-breakpoint
DROP INDEX "care_visit_city";--> statement-breakpoint
DROP INDEX "care_visit_district";--> statement-breakpoint
DROP INDEX "care_visit_subdistrict";--> statement-breakpoint
DROP INDEX "care_visit_community";--> statement-breakpoint
DROP INDEX "subsidy_elder";--> statement-breakpoint
CREATE INDEX "ability_assessment_elder" ON "ability_assessment" USING btree ("elder_id","assessed_on","id");--> statement-breakpoint
CREATE INDEX "care_visit_elder" ON "care_visit" USING btree ("elder_id","scheduled_at","id");--> statement-breakpoint
CREATE INDEX "care_visit_city" ON "care_visit" USING btree ("scheduled_at","id");--> statement-breakpoint
CREATE INDEX "care_visit_district" ON "care_visit" USING btree (left(division_code, 6),"scheduled_at","id");--> statement-breakpoint
CREATE INDEX "care_visit_subdistrict" ON "care_visit" USING btree (left(division_code, 9),"scheduled_at","id");--> statement-breakpoint
CREATE INDEX "care_visit_community" ON "care_visit" USING btree ("division_code","scheduled_at","id");--> statement-breakpoint
CREATE INDEX "subsidy_elder" ON "subsidy" USING btree ("elder_id","month","id");