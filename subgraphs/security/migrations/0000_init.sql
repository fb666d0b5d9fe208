CREATE TABLE "device_industry" (
	"code" text PRIMARY KEY NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"note" text,
	CONSTRAINT "device_industry_code" CHECK ("device_industry"."code" ~ '^[0-9]{2}$')
);
--> statement-breakpoint
CREATE TABLE "device_network" (
	"code" text PRIMARY KEY NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"note" text,
	CONSTRAINT "device_network_code" CHECK ("device_network"."code" ~ '^[0-9]$')
);
--> statement-breakpoint
CREATE TABLE "device_type" (
	"code" text PRIMARY KEY NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"note" text,
	CONSTRAINT "device_type_code" CHECK ("device_type"."code" ~ '^[0-9]{3}$')
);
--> statement-breakpoint
CREATE TABLE "incident" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"severity" smallint NOT NULL,
	"status" text DEFAULT 'RAISED' NOT NULL,
	"outcome" text,
	"description" text,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"source_device_id" uuid,
	"alarm_method" text,
	"alarm_type" smallint,
	"elder_id" uuid,
	"people_assisted" integer DEFAULT 0 NOT NULL,
	"suspects_caught" integer DEFAULT 0 NOT NULL,
	"raised_at" timestamp(0) with time zone NOT NULL,
	"acknowledged_at" timestamp(0) with time zone,
	"dispatched_at" timestamp(0) with time zone,
	"resolved_at" timestamp(0) with time zone,
	"closed_at" timestamp(0) with time zone,
	"false_alarm_at" timestamp(0) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "incident_division_code_form" CHECK (is_division_code("incident"."division_code")),
	CONSTRAINT "incident_id_home" CHECK (is_home("incident"."id", "incident"."division_code")),
	CONSTRAINT "incident_location" CHECK ("incident"."longitude" between 112 and 115 and "incident"."latitude" between 34 and 35.2),
	CONSTRAINT "incident_kind" CHECK ("incident"."kind" in ('LOST_PERSON', 'HELP_CALL', 'MEDICAL', 'SITE_FIRE', 'THEFT', 'DISTURBANCE', 'TRAFFIC', 'PUBLIC_FACILITY', 'DISPUTE', 'OTHER')),
	CONSTRAINT "incident_status" CHECK ("incident"."status" in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED', 'RESOLVED', 'CLOSED', 'FALSE_ALARM')),
	CONSTRAINT "incident_outcome" CHECK ("incident"."outcome" in ('CASE', 'LIVELIHOOD', 'ASSISTANCE')),
	CONSTRAINT "incident_alarm_method" CHECK ("incident"."alarm_method" in ('PHONE', 'DEVICE', 'SMS', 'GPS', 'VIDEO', 'DEVICE_FAULT', 'OTHER')),
	CONSTRAINT "incident_severity" CHECK ("incident"."severity" between 1 and 4),
	CONSTRAINT "incident_alarm_type" CHECK ("incident"."alarm_type" is null or ("incident"."alarm_method" is not null and "incident"."alarm_type" between 1 and
        case "incident"."alarm_method" when 'DEVICE' then 5 when 'VIDEO' then 12 when 'DEVICE_FAULT' then 2 else 0 end)),
	CONSTRAINT "incident_status_instants" CHECK (case "incident"."status"
        when 'RAISED' then num_nonnulls("incident"."acknowledged_at", "incident"."dispatched_at", "incident"."resolved_at", "incident"."closed_at", "incident"."false_alarm_at") = 0
        when 'ACKNOWLEDGED' then "incident"."acknowledged_at" is not null
          and num_nonnulls("incident"."dispatched_at", "incident"."resolved_at", "incident"."closed_at", "incident"."false_alarm_at") = 0
        when 'DISPATCHED' then num_nulls("incident"."acknowledged_at", "incident"."dispatched_at") = 0
          and num_nonnulls("incident"."resolved_at", "incident"."closed_at", "incident"."false_alarm_at") = 0
        when 'RESOLVED' then num_nulls("incident"."acknowledged_at", "incident"."dispatched_at", "incident"."resolved_at") = 0
          and num_nonnulls("incident"."closed_at", "incident"."false_alarm_at") = 0
        when 'CLOSED' then num_nulls("incident"."acknowledged_at", "incident"."dispatched_at", "incident"."resolved_at", "incident"."closed_at") = 0
          and "incident"."false_alarm_at" is null
        else "incident"."false_alarm_at" is not null and num_nonnulls("incident"."resolved_at", "incident"."closed_at") = 0
          and ("incident"."dispatched_at" is null or "incident"."acknowledged_at" is not null) end),
	CONSTRAINT "incident_instants_in_order" CHECK ("incident"."acknowledged_at" >= "incident"."raised_at" and "incident"."dispatched_at" >= "incident"."acknowledged_at"
      and "incident"."resolved_at" >= "incident"."dispatched_at" and "incident"."closed_at" >= "incident"."resolved_at"
      and "incident"."false_alarm_at" >= greatest("incident"."raised_at", "incident"."acknowledged_at", "incident"."dispatched_at")),
	CONSTRAINT "incident_outcome_when_resolved" CHECK (("incident"."outcome" is not null) = ("incident"."status" in ('RESOLVED', 'CLOSED'))),
	CONSTRAINT "incident_people" CHECK ("incident"."people_assisted" >= 0 and ("incident"."people_assisted" = 0 or "incident"."outcome" is not null)),
	CONSTRAINT "incident_suspects" CHECK ("incident"."suspects_caught" >= 0 and ("incident"."suspects_caught" = 0 or coalesce("incident"."outcome" = 'CASE', false)))
);
--> statement-breakpoint
CREATE TABLE "incident_timeline" (
	"incident_id" uuid NOT NULL,
	"sequence" smallint NOT NULL,
	"at" timestamp(0) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"note" text,
	CONSTRAINT "incident_timeline_incident_id_sequence_pk" PRIMARY KEY("incident_id","sequence"),
	CONSTRAINT "incident_timeline_sequence" CHECK ("incident_timeline"."sequence" > 0),
	CONSTRAINT "incident_timeline_action" CHECK ("incident_timeline"."action" in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED', 'NOTE', 'RESOLVED', 'CLOSED', 'FALSE_ALARM'))
);
--> statement-breakpoint
CREATE TABLE "monitoring_platform" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"device_code" text COLLATE "C" NOT NULL,
	"industry_code" text GENERATED ALWAYS AS (substr(device_code, 9, 2)) STORED,
	"type_code" text GENERATED ALWAYS AS (substr(device_code, 11, 3)) STORED,
	"network_code" text GENERATED ALWAYS AS (substr(device_code, 14, 1)) STORED,
	"name" text NOT NULL,
	"tier" text NOT NULL,
	"parent_id" uuid,
	"path" uuid[] NOT NULL,
	"feeds" integer DEFAULT 0 NOT NULL,
	"floor_area" integer,
	"investment_fen" bigint,
	"opened_on" date,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"fault_since" timestamp with time zone,
	"retired_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "monitoring_platform_device_code_unique" UNIQUE("device_code"),
	CONSTRAINT "monitoring_platform_division_code_form" CHECK (is_division_code("monitoring_platform"."division_code")),
	CONSTRAINT "monitoring_platform_id_home" CHECK (is_home("monitoring_platform"."id", "monitoring_platform"."division_code")),
	CONSTRAINT "monitoring_platform_tier" CHECK ("monitoring_platform"."tier" in ('CITY_110_CENTRE', 'DISTRICT_CENTRE', 'SUBDISTRICT_OR_BRANCH', 'COMMUNITY_OR_SCHOOL')),
	CONSTRAINT "monitoring_platform_location" CHECK ("monitoring_platform"."longitude" between 112 and 115 and "monitoring_platform"."latitude" between 34 and 35.2),
	CONSTRAINT "monitoring_platform_device_code" CHECK ("monitoring_platform"."device_code" ~ '^[0-9]{20}$'),
	CONSTRAINT "monitoring_platform_device_code_type" CHECK (substr("monitoring_platform"."device_code", 11, 1) = '2'),
	CONSTRAINT "monitoring_platform_device_code_division" CHECK (left("monitoring_platform"."device_code", 6) = left("monitoring_platform"."division_code", 6)),
	CONSTRAINT "monitoring_platform_top" CHECK ("monitoring_platform"."tier" <> 'CITY_110_CENTRE' or "monitoring_platform"."parent_id" is null),
	CONSTRAINT "monitoring_platform_figures" CHECK ("monitoring_platform"."feeds" >= 0 and "monitoring_platform"."floor_area" > 0 and "monitoring_platform"."investment_fen" >= 0)
);
--> statement-breakpoint
CREATE TABLE "platform_heartbeat" (
	"platform_id" uuid PRIMARY KEY NOT NULL,
	"interval_seconds" integer DEFAULT 60 NOT NULL,
	"allowed_misses" integer DEFAULT 3 NOT NULL,
	"last_heartbeat_at" timestamp with time zone,
	"online_until" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	CONSTRAINT "platform_heartbeat_cadence" CHECK ("platform_heartbeat"."interval_seconds" between 5 and 3600 and "platform_heartbeat"."allowed_misses" between 1 and 20),
	CONSTRAINT "platform_heartbeat_online_until" CHECK ("platform_heartbeat"."online_until" = coalesce("platform_heartbeat"."last_heartbeat_at"
        + make_interval(secs => "platform_heartbeat"."interval_seconds" * "platform_heartbeat"."allowed_misses"), '-infinity'))
);
--> statement-breakpoint
CREATE TABLE "safety_inspection" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'SCHEDULED' NOT NULL,
	"site" text NOT NULL,
	"team" text NOT NULL,
	"service_centre_id" uuid,
	"incident_id" uuid,
	"scheduled_on" date NOT NULL,
	"inspected_at" timestamp(0) with time zone,
	"hazards" integer DEFAULT 0 NOT NULL,
	"rectify_by" date,
	"rectified_at" timestamp(0) with time zone,
	"cancelled_at" timestamp(0) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "safety_inspection_division_code_form" CHECK (is_division_code("safety_inspection"."division_code")),
	CONSTRAINT "safety_inspection_id_home" CHECK (is_home("safety_inspection"."id", "safety_inspection"."division_code")),
	CONSTRAINT "safety_inspection_kind" CHECK ("safety_inspection"."kind" in ('FIRE', 'ELECTRICAL', 'GAS', 'CROWD', 'CONSTRUCTION', 'EQUIPMENT')),
	CONSTRAINT "safety_inspection_status" CHECK ("safety_inspection"."status" in ('SCHEDULED', 'PASSED', 'HAZARDS_FOUND', 'RECTIFIED', 'CANCELLED')),
	CONSTRAINT "safety_inspection_status_columns" CHECK (case "safety_inspection"."status"
        when 'SCHEDULED' then num_nonnulls("safety_inspection"."inspected_at", "safety_inspection"."rectify_by", "safety_inspection"."rectified_at", "safety_inspection"."cancelled_at") = 0 and "safety_inspection"."hazards" = 0
        when 'PASSED' then "safety_inspection"."inspected_at" is not null
          and num_nonnulls("safety_inspection"."rectify_by", "safety_inspection"."rectified_at", "safety_inspection"."cancelled_at") = 0 and "safety_inspection"."hazards" = 0
        when 'HAZARDS_FOUND' then num_nulls("safety_inspection"."inspected_at", "safety_inspection"."rectify_by") = 0
          and num_nonnulls("safety_inspection"."rectified_at", "safety_inspection"."cancelled_at") = 0 and "safety_inspection"."hazards" > 0
        when 'RECTIFIED' then num_nulls("safety_inspection"."inspected_at", "safety_inspection"."rectify_by", "safety_inspection"."rectified_at") = 0
          and "safety_inspection"."cancelled_at" is null and "safety_inspection"."hazards" > 0
        else "safety_inspection"."cancelled_at" is not null and num_nonnulls("safety_inspection"."inspected_at", "safety_inspection"."rectify_by", "safety_inspection"."rectified_at") = 0
          and "safety_inspection"."hazards" = 0 end),
	CONSTRAINT "safety_inspection_instants_in_order" CHECK ("safety_inspection"."rectified_at" >= "safety_inspection"."inspected_at")
);
--> statement-breakpoint
CREATE TABLE "device_heartbeat" (
	"device_id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"district_code" text COLLATE "C" NOT NULL,
	"platform_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"in_service" boolean NOT NULL,
	"interval_seconds" integer DEFAULT 60 NOT NULL,
	"allowed_misses" integer DEFAULT 3 NOT NULL,
	"last_heartbeat_at" timestamp with time zone,
	"online_until" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	CONSTRAINT "device_heartbeat_cadence" CHECK ("device_heartbeat"."interval_seconds" between 5 and 3600 and "device_heartbeat"."allowed_misses" between 1 and 20),
	CONSTRAINT "device_heartbeat_online_until" CHECK ("device_heartbeat"."online_until" = coalesce("device_heartbeat"."last_heartbeat_at"
        + make_interval(secs => "device_heartbeat"."interval_seconds" * "device_heartbeat"."allowed_misses"), '-infinity')),
	CONSTRAINT "device_heartbeat_district" CHECK ("device_heartbeat"."district_code" = left("device_heartbeat"."division_code", 6))
);
--> statement-breakpoint
CREATE TABLE "device_status_change" (
	"device_id" uuid NOT NULL,
	"at" timestamp(0) with time zone NOT NULL,
	"status" text NOT NULL,
	CONSTRAINT "device_status_change_device_id_at_pk" PRIMARY KEY("device_id","at"),
	CONSTRAINT "device_status_change_status" CHECK ("device_status_change"."status" in ('ONLINE', 'OFFLINE', 'FAULT', 'RETIRED'))
);
--> statement-breakpoint
CREATE TABLE "platform_device_count" (
	"platform_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"condition" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "platform_device_count_platform_id_kind_condition_pk" PRIMARY KEY("platform_id","kind","condition"),
	CONSTRAINT "platform_device_count_count" CHECK ("platform_device_count"."count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "security_device" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"device_code" text COLLATE "C" NOT NULL,
	"industry_code" text GENERATED ALWAYS AS (substr(device_code, 9, 2)) STORED,
	"type_code" text GENERATED ALWAYS AS (substr(device_code, 11, 3)) STORED,
	"network_code" text GENERATED ALWAYS AS (substr(device_code, 14, 1)) STORED,
	"platform_id" uuid NOT NULL,
	"name" text NOT NULL,
	"manufacturer" text,
	"model" text,
	"installed_on" date,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"form" text,
	"supply_light" text,
	"direction" smallint,
	"indoor" boolean,
	"intercom" boolean,
	"fault_since" timestamp with time zone,
	"fault_note" text,
	"retired_at" timestamp with time zone,
	"condition" text GENERATED ALWAYS AS (case when retired_at is not null then 'RETIRED' when fault_since is not null then 'FAULT' else 'IN_SERVICE' end) STORED NOT NULL,
	"registered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "security_device_device_code_unique" UNIQUE("device_code"),
	CONSTRAINT "security_device_division_code_form" CHECK (is_division_code("security_device"."division_code")),
	CONSTRAINT "security_device_id_home" CHECK (is_home("security_device"."id", "security_device"."division_code")),
	CONSTRAINT "security_device_kind" CHECK ("security_device"."kind" in ('CAMERA', 'ALARM_BOX')),
	CONSTRAINT "security_device_location" CHECK ("security_device"."longitude" between 112 and 115 and "security_device"."latitude" between 34 and 35.2),
	CONSTRAINT "security_device_code" CHECK ("security_device"."device_code" ~ '^[0-9]{20}$'),
	CONSTRAINT "security_device_code_type" CHECK (substr("security_device"."device_code", 11, 3) in ('131', '132', '134')
      and ("security_device"."kind" = 'ALARM_BOX') = (substr("security_device"."device_code", 11, 3) = '134')),
	CONSTRAINT "security_device_code_division" CHECK (left("security_device"."device_code", 6) = left("security_device"."division_code", 6)),
	CONSTRAINT "security_device_form" CHECK ("security_device"."form" in ('DOME', 'HALF_DOME', 'FIXED_BULLET', 'REMOTE_BULLET', 'REMOTE_HALF_DOME', 'PANORAMIC', 'SPLIT')),
	CONSTRAINT "security_device_supply_light" CHECK ("security_device"."supply_light" in ('NONE', 'INFRARED', 'WHITE', 'LASER', 'OTHER')),
	CONSTRAINT "security_device_of_kind" CHECK (("security_device"."kind" = 'CAMERA') = ("security_device"."form" is not null)
      and ("security_device"."kind" = 'CAMERA') = ("security_device"."indoor" is not null)
      and ("security_device"."kind" = 'CAMERA' or ("security_device"."supply_light" is null and "security_device"."direction" is null))
      and ("security_device"."kind" = 'ALARM_BOX') = ("security_device"."intercom" is not null)),
	CONSTRAINT "security_device_direction" CHECK ("security_device"."direction" between 1 and 8),
	CONSTRAINT "security_device_fault_note" CHECK ("security_device"."fault_note" is null or "security_device"."fault_since" is not null)
);
--> statement-breakpoint
ALTER TABLE "incident" ADD CONSTRAINT "incident_source_device_id_security_device_id_fk" FOREIGN KEY ("source_device_id") REFERENCES "public"."security_device"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_timeline" ADD CONSTRAINT "incident_timeline_incident_id_incident_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incident"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "monitoring_platform" ADD CONSTRAINT "monitoring_platform_industry_code_device_industry_code_fk" FOREIGN KEY ("industry_code") REFERENCES "public"."device_industry"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "monitoring_platform" ADD CONSTRAINT "monitoring_platform_type_code_device_type_code_fk" FOREIGN KEY ("type_code") REFERENCES "public"."device_type"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "monitoring_platform" ADD CONSTRAINT "monitoring_platform_network_code_device_network_code_fk" FOREIGN KEY ("network_code") REFERENCES "public"."device_network"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "monitoring_platform" ADD CONSTRAINT "monitoring_platform_parent_id_monitoring_platform_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."monitoring_platform"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_heartbeat" ADD CONSTRAINT "platform_heartbeat_platform_id_monitoring_platform_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."monitoring_platform"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "safety_inspection" ADD CONSTRAINT "safety_inspection_incident_id_incident_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incident"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_heartbeat" ADD CONSTRAINT "device_heartbeat_device_id_security_device_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."security_device"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_status_change" ADD CONSTRAINT "device_status_change_device_id_security_device_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."security_device"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_device_count" ADD CONSTRAINT "platform_device_count_platform_id_monitoring_platform_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."monitoring_platform"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_device" ADD CONSTRAINT "security_device_industry_code_device_industry_code_fk" FOREIGN KEY ("industry_code") REFERENCES "public"."device_industry"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_device" ADD CONSTRAINT "security_device_type_code_device_type_code_fk" FOREIGN KEY ("type_code") REFERENCES "public"."device_type"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_device" ADD CONSTRAINT "security_device_network_code_device_network_code_fk" FOREIGN KEY ("network_code") REFERENCES "public"."device_network"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_device" ADD CONSTRAINT "security_device_platform_id_monitoring_platform_id_fk" FOREIGN KEY ("platform_id") REFERENCES "public"."monitoring_platform"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "incident_source_device" ON "incident" USING btree ("source_device_id") WHERE source_device_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "monitoring_platform_division" ON "monitoring_platform" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "monitoring_platform_tier_division" ON "monitoring_platform" USING btree ("tier","division_code","id");--> statement-breakpoint
CREATE INDEX "monitoring_platform_parent" ON "monitoring_platform" USING btree ("parent_id","id");--> statement-breakpoint
CREATE INDEX "safety_inspection_incident" ON "safety_inspection" USING btree ("incident_id") WHERE incident_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "security_device_division" ON "security_device" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "security_device_kind_division" ON "security_device" USING btree ("kind","division_code","id");--> statement-breakpoint
CREATE INDEX "security_device_fault" ON "security_device" USING btree ("division_code","id") WHERE condition = 'FAULT';--> statement-breakpoint
CREATE INDEX "security_device_retired" ON "security_device" USING btree ("division_code","id") WHERE condition = 'RETIRED';--> statement-breakpoint
CREATE UNIQUE INDEX "security_device_platform" ON "security_device" USING btree ("platform_id","id");