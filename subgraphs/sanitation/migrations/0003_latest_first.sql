DROP INDEX "inspection_alert";--> statement-breakpoint
DROP INDEX "vehicle_dispatch_incident_id";--> statement-breakpoint
DROP INDEX "vehicle_dispatch_city";--> statement-breakpoint
DROP INDEX "vehicle_dispatch_district";--> statement-breakpoint
DROP INDEX "vehicle_dispatch_subdistrict";--> statement-breakpoint
DROP INDEX "vehicle_dispatch_community";--> statement-breakpoint
CREATE INDEX "inspection_alert" ON "inspection" USING btree ("alert_id","inspected_at","id");--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_incident_id" ON "vehicle_dispatch" USING btree ("incident_id","departed_at");--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_city" ON "vehicle_dispatch" USING btree ("departed_at","id");--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_district" ON "vehicle_dispatch" USING btree (left(division_code, 6),"departed_at","id");--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_subdistrict" ON "vehicle_dispatch" USING btree (left(division_code, 9),"departed_at","id");--> statement-breakpoint
CREATE INDEX "vehicle_dispatch_community" ON "vehicle_dispatch" USING btree ("division_code","departed_at","id");