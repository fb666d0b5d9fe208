CREATE TABLE "community" (
	"code" text COLLATE "C" PRIMARY KEY NOT NULL,
	"class" text NOT NULL,
	"premises_area" integer NOT NULL,
	"households" integer NOT NULL,
	"residents" integer NOT NULL,
	"residential_buildings" integer NOT NULL,
	"office_buildings" integer NOT NULL,
	CONSTRAINT "community_class" CHECK ("community"."class" in ('ONE', 'TWO', 'THREE')),
	CONSTRAINT "community_figures" CHECK ("community"."premises_area" >= 0 and "community"."households" >= 0 and "community"."residents" >= 0
      and "community"."residential_buildings" >= 0 and "community"."office_buildings" >= 0)
);
--> statement-breakpoint
CREATE TABLE "division" (
	"code" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"parent_code" text COLLATE "C",
	"kind" text NOT NULL,
	"administered_by" text,
	"valid_from" date,
	"valid_to" date,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	CONSTRAINT "division_code_form" CHECK (is_division_code("division"."code")),
	CONSTRAINT "division_level" CHECK ("division"."level" in ('CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY')),
	CONSTRAINT "division_kind" CHECK ("division"."kind" in ('ADMINISTRATIVE', 'FUNCTIONAL_ZONE')),
	CONSTRAINT "division_level_of_code" CHECK (("division"."level" = 'CITY') = ("division"."parent_code" is null)
      and ("division"."level" = 'COMMUNITY') = (length("division"."code") = 12)
      and ("division"."level" = 'SUBDISTRICT') = (length("division"."code") = 9)),
	CONSTRAINT "division_parent_of_code" CHECK ("division"."parent_code" is null or starts_with("division"."code", division_prefix("division"."parent_code"))),
	CONSTRAINT "division_validity" CHECK ("division"."valid_to" >= "division"."valid_from"),
	CONSTRAINT "division_location" CHECK ("division"."longitude" between 112 and 115 and "division"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
CREATE TABLE "reported_figure" (
	"key" text PRIMARY KEY NOT NULL,
	"subgraph" text NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"metric" text NOT NULL,
	"metric_zh" text NOT NULL,
	"value" double precision NOT NULL,
	"qualifier" text NOT NULL,
	"unit" text NOT NULL,
	"as_of" text NOT NULL,
	"period_from" date,
	"period_to" date,
	"note" text,
	"source" text NOT NULL,
	CONSTRAINT "reported_figure_qualifier" CHECK ("reported_figure"."qualifier" in ('exact', 'at_least', 'about', 'historical')),
	CONSTRAINT "reported_figure_period" CHECK (("reported_figure"."period_from" is null) = ("reported_figure"."period_to" is null) and "reported_figure"."period_from" <= "reported_figure"."period_to")
);
--> statement-breakpoint
CREATE TABLE "service_centre" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"grade" text NOT NULL,
	"address" text NOT NULL,
	"phone" text NOT NULL,
	"floor_area" integer NOT NULL,
	"floors" integer NOT NULL,
	"opened_on" date NOT NULL,
	"service_radius_metres" integer NOT NULL,
	"windows" integer NOT NULL,
	"offices" integer NOT NULL,
	"linked_stations" integer NOT NULL,
	"residents_served_min" integer NOT NULL,
	"residents_served_max" integer NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "service_centre_division_code_form" CHECK (is_division_code("service_centre"."division_code")),
	CONSTRAINT "service_centre_id_home" CHECK (is_home("service_centre"."id", "service_centre"."division_code")),
	CONSTRAINT "service_centre_kind" CHECK ("service_centre"."kind" in ('PARTY_AND_MASS', 'COMMUNITY_SERVICE')),
	CONSTRAINT "service_centre_grade" CHECK ("service_centre"."grade" in ('CITY_LEVEL', 'STANDARD')),
	CONSTRAINT "service_centre_location" CHECK ("service_centre"."longitude" between 112 and 115 and "service_centre"."latitude" between 34 and 35.2),
	CONSTRAINT "service_centre_figures" CHECK ("service_centre"."floor_area" > 0 and "service_centre"."floors" > 0 and "service_centre"."service_radius_metres" > 0
      and "service_centre"."windows" >= 0 and "service_centre"."offices" >= 0 and "service_centre"."linked_stations" >= 0),
	CONSTRAINT "service_centre_residents" CHECK (0 <= "service_centre"."residents_served_min" and "service_centre"."residents_served_min" <= "service_centre"."residents_served_max")
);
--> statement-breakpoint
CREATE TABLE "service_point" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"sign_number" text NOT NULL,
	"name" text NOT NULL,
	"circle" text NOT NULL,
	"address" text NOT NULL,
	"supervision_phone" text NOT NULL,
	"discounts" text[] NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "service_point_sign_number_unique" UNIQUE("sign_number"),
	CONSTRAINT "service_point_division_code_form" CHECK (is_division_code("service_point"."division_code")),
	CONSTRAINT "service_point_id_home" CHECK (is_home("service_point"."id", "service_point"."division_code")),
	CONSTRAINT "service_point_community" CHECK (length("service_point"."division_code") = 12),
	CONSTRAINT "service_point_circle" CHECK ("service_point"."circle" in ('LIVING_SERVICES', 'GOVERNMENT', 'HEALTH', 'CULTURE_EDUCATION', 'COMMUNITY_WELFARE', 'PUBLIC_SAFETY')),
	CONSTRAINT "service_point_discounts" CHECK ("service_point"."discounts" <@ array['LOW_INCOME', 'AGED_70_LIVING_ALONE']),
	CONSTRAINT "service_point_location" CHECK ("service_point"."longitude" between 112 and 115 and "service_point"."latitude" between 34 and 35.2)
);
--> statement-breakpoint
ALTER TABLE "community" ADD CONSTRAINT "community_code_division_code_fk" FOREIGN KEY ("code") REFERENCES "public"."division"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "division_level_code" ON "division" USING btree ("level","code");--> statement-breakpoint
CREATE INDEX "division_parent" ON "division" USING btree ("parent_code");--> statement-breakpoint
CREATE UNIQUE INDEX "reported_figure_division" ON "reported_figure" USING btree ("division_code","key");--> statement-breakpoint
CREATE UNIQUE INDEX "service_centre_division" ON "service_centre" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "service_centre_grade_division" ON "service_centre" USING btree ("grade","division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "service_point_division" ON "service_point" USING btree ("division_code","sign_number");--> statement-breakpoint
CREATE UNIQUE INDEX "service_point_circle_division" ON "service_point" USING btree ("circle","division_code","sign_number");