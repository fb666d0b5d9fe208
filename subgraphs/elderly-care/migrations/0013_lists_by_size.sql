CREATE INDEX "care_institution_beds_city" ON "care_institution" USING btree ("beds","id");--> statement-breakpoint
CREATE INDEX "care_institution_beds_district" ON "care_institution" USING btree (left(division_code, 6),"beds","id");--> statement-breakpoint
CREATE INDEX "care_institution_beds_subdistrict" ON "care_institution" USING btree (left(division_code, 9),"beds","id");--> statement-breakpoint
CREATE INDEX "care_institution_beds_community" ON "care_institution" USING btree ("division_code","beds","id");