-- What identifies a person or tells of their health stands sealed. What a database has in plain by now is sealed by
-- `migrate` right after this, which only then lets each of these constraints hold for what is there already.
ALTER TABLE "ability_assessment" DROP CONSTRAINT "ability_assessment_level";--> statement-breakpoint
ALTER TABLE "elder" DROP CONSTRAINT "elder_living_arrangement";--> statement-breakpoint
ALTER TABLE "elder" DROP CONSTRAINT "elder_ability_level";--> statement-breakpoint
DROP INDEX "elder_id_number_hash";--> statement-breakpoint
ALTER TABLE "ability_assessment" ALTER COLUMN "score" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "ability_assessment" ALTER COLUMN "level" SET DATA TYPE text;--> statement-breakpoint
-- Of a number so far only the mask was kept, which says as much as it did; its hash had another key.
ALTER TABLE "elder" RENAME COLUMN "id_number_mask" TO "id_number";--> statement-breakpoint
ALTER TABLE "elder" ALTER COLUMN "id_number" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "elder" DROP COLUMN "id_number_hash";--> statement-breakpoint
ALTER TABLE "elder" ADD COLUMN "id_number_index" text;--> statement-breakpoint
ALTER TABLE "elder" ALTER COLUMN "ability_level" SET DATA TYPE text;--> statement-breakpoint
CREATE UNIQUE INDEX "elder_id_number_index" ON "elder" USING btree ("id_number_index") WHERE "elder"."close_reason" is distinct from 'MOVED_AWAY';--> statement-breakpoint
ALTER TABLE "ability_assessment" ADD CONSTRAINT "ability_assessment_sealed" CHECK (is_sealed("ability_assessment"."score") and is_sealed("ability_assessment"."level")) NOT VALID;--> statement-breakpoint
ALTER TABLE "care_worker" ADD CONSTRAINT "care_worker_sealed" CHECK (is_sealed("care_worker"."phone")) NOT VALID;--> statement-breakpoint
ALTER TABLE "elder" ADD CONSTRAINT "elder_sealed" CHECK (is_sealed("elder"."id_number") and is_sealed("elder"."phone") and is_sealed("elder"."address") and is_sealed("elder"."ability_level") and is_sealed("elder"."living_arrangement")) NOT VALID;--> statement-breakpoint
ALTER TABLE "emergency_contact" ADD CONSTRAINT "emergency_contact_sealed" CHECK (is_sealed("emergency_contact"."phone")) NOT VALID;
