CREATE INDEX "venue_capacity_city" ON "venue" USING btree ("capacity","id");--> statement-breakpoint
CREATE INDEX "venue_capacity_district" ON "venue" USING btree (left(division_code, 6),"capacity","id");--> statement-breakpoint
CREATE INDEX "venue_capacity_subdistrict" ON "venue" USING btree (left(division_code, 9),"capacity","id");--> statement-breakpoint
CREATE INDEX "venue_capacity_community" ON "venue" USING btree ("division_code","capacity","id");