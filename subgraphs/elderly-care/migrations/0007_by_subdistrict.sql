-- Lists of elders are in the order of subdistricts: in that of communities, and with what these count, a masked list would
-- tell who lives in which.
ALTER TABLE "elder" ADD COLUMN "subdistrict_code" text COLLATE "C" GENERATED ALWAYS AS (left(division_code, 9)) STORED NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "elder_subdistrict" ON "elder" USING btree ("subdistrict_code","id");
