CREATE TABLE "commendation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"recipient_kind" text NOT NULL,
	"recipient_name" text NOT NULL,
	"giver_name" text,
	"inscription" text NOT NULL,
	"received_on" date NOT NULL,
	"petition_matter_id" uuid,
	"persons_erased_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "commendation_division_code_form" CHECK (is_division_code("commendation"."division_code")),
	CONSTRAINT "commendation_id_home" CHECK (is_home("commendation"."id", "commendation"."division_code")),
	CONSTRAINT "commendation_sealed" CHECK (is_sealed("commendation"."recipient_name") and is_sealed("commendation"."giver_name")),
	CONSTRAINT "commendation_kind" CHECK ("commendation"."kind" in ('BANNER', 'LETTER')),
	CONSTRAINT "commendation_recipient_kind" CHECK ("commendation"."recipient_kind" in ('BUREAU', 'COMMUNITY', 'TEAM', 'PERSON_ON_DUTY')),
	CONSTRAINT "commendation_inscription" CHECK (length(btrim("commendation"."inscription")) between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "petition_agent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"subdistrict_code" text COLLATE "C" GENERATED ALWAYS AS (left(division_code, 9)) STORED NOT NULL,
	"registration_key" text,
	"name" text NOT NULL,
	"phone" text NOT NULL,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"closed_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "petition_agent_division_code_form" CHECK (is_division_code("petition_agent"."division_code")),
	CONSTRAINT "petition_agent_id_home" CHECK (is_home("petition_agent"."id", "petition_agent"."division_code")),
	CONSTRAINT "petition_agent_sealed" CHECK (is_sealed("petition_agent"."phone")),
	CONSTRAINT "petition_agent_status" CHECK ("petition_agent"."status" in ('ACTIVE', 'CLOSED')),
	CONSTRAINT "petition_agent_name" CHECK (length(btrim("petition_agent"."name")) between 1 and 100),
	CONSTRAINT "petition_agent_closed" CHECK (("petition_agent"."status" = 'CLOSED') = ("petition_agent"."closed_on" is not null))
);
--> statement-breakpoint
CREATE TABLE "petition_matter" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"agent_id" uuid,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"status" text DEFAULT 'RECEIVED' NOT NULL,
	"petitioner_name" text NOT NULL,
	"petitioner_phone" text,
	"petitioner_address" text,
	"petitioner_id_number" text,
	"petitioners" integer DEFAULT 1 NOT NULL,
	"elder_id" uuid,
	"owned_by" text,
	"description" text NOT NULL,
	"transfer_text" text,
	"transfer_bureau" text,
	"reply" text,
	"outcome" text,
	"people_concerned" integer DEFAULT 0 NOT NULL,
	"recovered_fen" bigint DEFAULT 0 NOT NULL,
	"received_on" date NOT NULL,
	"accept_due_on" date NOT NULL,
	"settle_due_on" date NOT NULL,
	"extended_days" smallint,
	"extension_reason" text,
	"accepted_on" date,
	"transferred_on" date,
	"replied_on" date,
	"finished_on" date,
	"petitioner_erased_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "petition_matter_division_code_form" CHECK (is_division_code("petition_matter"."division_code")),
	CONSTRAINT "petition_matter_id_home" CHECK (is_home("petition_matter"."id", "petition_matter"."division_code")),
	CONSTRAINT "petition_matter_kind" CHECK ("petition_matter"."kind" in ('WAGES', 'HOUSING', 'PROPERTY_MANAGEMENT', 'NEIGHBOUR_DISPUTE', 'SOCIAL_SECURITY', 'ENVIRONMENT', 'TRAFFIC', 'OTHER')),
	CONSTRAINT "petition_matter_channel" CHECK ("petition_matter"."channel" in ('IN_PERSON', 'LETTER', 'PHONE', 'ONLINE')),
	CONSTRAINT "petition_matter_status" CHECK ("petition_matter"."status" in ('RECEIVED', 'AGENT_ASSIGNED', 'TRANSFERRED', 'REPLIED', 'CLOSED', 'WITHDRAWN')),
	CONSTRAINT "petition_matter_outcome" CHECK ("petition_matter"."outcome" in ('RESOLVED', 'PARTLY_RESOLVED', 'EXPLAINED', 'NOT_ACCEPTED')),
	CONSTRAINT "petition_matter_sealed" CHECK (is_sealed("petition_matter"."petitioner_name") and is_sealed("petition_matter"."petitioner_phone") and is_sealed("petition_matter"."petitioner_address") and is_sealed("petition_matter"."petitioner_id_number") and is_sealed("petition_matter"."description") and is_sealed("petition_matter"."transfer_text") and is_sealed("petition_matter"."reply") and is_sealed("petition_matter"."extension_reason")),
	CONSTRAINT "petition_matter_petitioners" CHECK ("petition_matter"."petitioners" >= 1),
	CONSTRAINT "petition_matter_agent" CHECK (case "petition_matter"."status" when 'RECEIVED' then "petition_matter"."agent_id" is null
        when 'AGENT_ASSIGNED' then "petition_matter"."agent_id" is not null
        when 'TRANSFERRED' then "petition_matter"."agent_id" is not null
        when 'REPLIED' then "petition_matter"."agent_id" is not null else true end),
	CONSTRAINT "petition_matter_transferred" CHECK (("petition_matter"."transferred_on" is null) = ("petition_matter"."transfer_bureau" is null)
      and ("petition_matter"."status" not in ('TRANSFERRED', 'REPLIED') or "petition_matter"."transferred_on" is not null)
      and ("petition_matter"."status" not in ('RECEIVED', 'AGENT_ASSIGNED') or "petition_matter"."transferred_on" is null)),
	CONSTRAINT "petition_matter_replied" CHECK (("petition_matter"."replied_on" is null or "petition_matter"."transferred_on" is not null)
      and ("petition_matter"."status" <> 'REPLIED' or "petition_matter"."replied_on" is not null)
      and ("petition_matter"."status" not in ('RECEIVED', 'AGENT_ASSIGNED', 'TRANSFERRED') or "petition_matter"."replied_on" is null)),
	CONSTRAINT "petition_matter_finished" CHECK (("petition_matter"."finished_on" is not null) = ("petition_matter"."status" in ('CLOSED', 'WITHDRAWN'))
      and ("petition_matter"."outcome" is not null) = ("petition_matter"."status" = 'CLOSED')),
	CONSTRAINT "petition_matter_result" CHECK ("petition_matter"."people_concerned" >= 0 and "petition_matter"."recovered_fen" >= 0
      and ("petition_matter"."status" = 'CLOSED' or ("petition_matter"."people_concerned" = 0 and "petition_matter"."recovered_fen" = 0))
      and ("petition_matter"."outcome" is distinct from 'NOT_ACCEPTED' or
        ("petition_matter"."accepted_on" is null and "petition_matter"."people_concerned" = 0 and "petition_matter"."recovered_fen" = 0))),
	CONSTRAINT "petition_matter_extended" CHECK (("petition_matter"."extended_days" is null or "petition_matter"."extended_days" >= 1)
      and ("petition_matter"."extension_reason" is null or "petition_matter"."extended_days" is not null)),
	CONSTRAINT "petition_matter_days" CHECK ("petition_matter"."accept_due_on" >= "petition_matter"."received_on" and "petition_matter"."settle_due_on" >= "petition_matter"."accept_due_on"
      and "petition_matter"."accepted_on" >= "petition_matter"."received_on" and "petition_matter"."transferred_on" >= "petition_matter"."received_on"
      and "petition_matter"."replied_on" >= "petition_matter"."transferred_on"
      and "petition_matter"."finished_on" >= greatest("petition_matter"."received_on", "petition_matter"."accepted_on", "petition_matter"."transferred_on", "petition_matter"."replied_on"))
);
--> statement-breakpoint
CREATE TABLE "petition_step" (
	"matter_id" uuid NOT NULL,
	"sequence" smallint NOT NULL,
	"at" timestamp(0) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"note" text,
	CONSTRAINT "petition_step_matter_id_sequence_pk" PRIMARY KEY("matter_id","sequence"),
	CONSTRAINT "petition_step_sealed" CHECK (is_sealed("petition_step"."note")),
	CONSTRAINT "petition_step_sequence" CHECK ("petition_step"."sequence" > 0),
	CONSTRAINT "petition_step_action" CHECK ("petition_step"."action" in ('RECEIVED', 'AGENT_ASSIGNED', 'ACCEPTED', 'TRANSFERRED', 'EXTENDED', 'NOTE', 'REPLIED', 'CLOSED', 'WITHDRAWN'))
);
--> statement-breakpoint
ALTER TABLE "commendation" ADD CONSTRAINT "commendation_petition_matter_id_petition_matter_id_fk" FOREIGN KEY ("petition_matter_id") REFERENCES "public"."petition_matter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "petition_matter" ADD CONSTRAINT "petition_matter_agent_id_petition_agent_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."petition_agent"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "petition_step" ADD CONSTRAINT "petition_step_matter_id_petition_matter_id_fk" FOREIGN KEY ("matter_id") REFERENCES "public"."petition_matter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "commendation_city" ON "commendation" USING btree ("received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_district" ON "commendation" USING btree (left(division_code, 6),"received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_subdistrict" ON "commendation" USING btree (left(division_code, 9),"received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_community" ON "commendation" USING btree ("division_code","received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_kind" ON "commendation" USING btree ("kind","received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_recipient_kind" ON "commendation" USING btree ("recipient_kind","received_on","id");--> statement-breakpoint
CREATE INDEX "commendation_matter" ON "commendation" USING btree ("petition_matter_id") WHERE petition_matter_id is not null;--> statement-breakpoint
CREATE INDEX "commendation_persons_due" ON "commendation" USING btree ("received_on") WHERE persons_erased_on is null;--> statement-breakpoint
CREATE UNIQUE INDEX "petition_agent_registration_key" ON "petition_agent" USING btree ("registration_key") WHERE "petition_agent"."registration_key" is not null;--> statement-breakpoint
CREATE INDEX "petition_agent_contact_due" ON "petition_agent" USING btree ("closed_on") WHERE status = 'CLOSED' and name <> '已删除';--> statement-breakpoint
CREATE UNIQUE INDEX "petition_agent_division" ON "petition_agent" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "petition_agent_subdistrict" ON "petition_agent" USING btree ("subdistrict_code","id");--> statement-breakpoint
CREATE INDEX "petition_matter_city" ON "petition_matter" USING btree ("received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_district" ON "petition_matter" USING btree (left(division_code, 6),"received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_subdistrict" ON "petition_matter" USING btree (left(division_code, 9),"received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_community" ON "petition_matter" USING btree ("division_code","received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_status" ON "petition_matter" USING btree ("status","received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_kind" ON "petition_matter" USING btree ("kind","received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_agent_due" ON "petition_matter" USING btree ("agent_id","settle_due_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_elder" ON "petition_matter" USING btree ("elder_id","received_on","id");--> statement-breakpoint
CREATE INDEX "petition_matter_owner" ON "petition_matter" USING btree ("owned_by","received_on","id") WHERE owned_by is not null;--> statement-breakpoint
CREATE INDEX "petition_matter_bureau" ON "petition_matter" USING btree ("transfer_bureau","transferred_on","id") WHERE transfer_bureau is not null;--> statement-breakpoint
CREATE INDEX "petition_matter_archive_due" ON "petition_matter" USING btree ("finished_on") WHERE finished_on is not null and petitioner_erased_on is null;--> statement-breakpoint
create function petition_agent_facts(a petition_agent) returns setof fact language sql immutable as $$
  select 'petition_agents', a.division_code, null::date, 1::bigint where a.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('petition_agent', 'petition_agent_facts');
--> statement-breakpoint
create function petition_matter_facts(m petition_matter) returns setof fact language sql immutable as $$
  select f.metric, m.division_code, f.day, f.amount
  from (values
    (case when m.status not in ('CLOSED', 'WITHDRAWN') then 'petition_matters_open' end, null::date, 1::bigint),
    ('petition_matters_received', m.received_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_matters_closed' end, m.finished_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_settlement_days' end, m.finished_on, (m.finished_on - m.received_on)::bigint),
    (case when m.status = 'CLOSED' and m.finished_on <= m.settle_due_on then 'petition_matters_settled_in_time' end, m.finished_on, 1::bigint),
    (case when m.status = 'CLOSED' then 'petition_people_concerned' end, m.finished_on, m.people_concerned::bigint),
    (case when m.status = 'CLOSED' then 'petition_recovered_fen' end, m.finished_on, m.recovered_fen),
    (case when m.status = 'CLOSED' and m.kind = 'WAGES' then 'petition_people_concerned:WAGES' end, m.finished_on, m.people_concerned::bigint),
    (case when m.status = 'CLOSED' and m.kind = 'WAGES' then 'petition_recovered_fen:WAGES' end, m.finished_on, m.recovered_fen)
  ) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('petition_matter', 'petition_matter_facts');
--> statement-breakpoint
create function commendation_facts(c commendation) returns setof fact language sql immutable as $$
  select 'commendations:' || c.kind, c.division_code, c.received_on, 1::bigint
$$;
--> statement-breakpoint
select tally_table('commendation', 'commendation_facts');
--> statement-breakpoint
create function petition_step_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of petition_step are added, never changed'
    using errcode = 'check_violation', constraint = 'petition_step_append_only';
end
$$;
--> statement-breakpoint
-- Of a note only the ciphertext changes, when keys are rotated.
create trigger petition_step_append_only before update of matter_id, sequence, at, actor, action or truncate
  on petition_step for each statement execute function petition_step_append_only();
--> statement-breakpoint
create function petition_step_is_kept() returns trigger language plpgsql as $$
begin
  if exists (select from petition_matter m where m.id = old.matter_id and m.status not in ('CLOSED', 'WITHDRAWN')) then
    raise exception 'the steps of an open matter are kept'
      using errcode = 'check_violation', constraint = 'petition_step_append_only';
  end if;
  return old;
end
$$;
--> statement-breakpoint
-- The steps of a matter that has ended are deleted with the data of its petitioner.
create trigger petition_step_is_kept before delete on petition_step for each row execute function petition_step_is_kept();
--> statement-breakpoint
create function petition_matter_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) not in (('RECEIVED', 'AGENT_ASSIGNED'), ('RECEIVED', 'CLOSED'), ('AGENT_ASSIGNED', 'TRANSFERRED'),
    ('AGENT_ASSIGNED', 'CLOSED'), ('TRANSFERRED', 'REPLIED'), ('REPLIED', 'CLOSED'), ('RECEIVED', 'WITHDRAWN'),
    ('AGENT_ASSIGNED', 'WITHDRAWN'), ('TRANSFERRED', 'WITHDRAWN'), ('REPLIED', 'WITHDRAWN')) then
    raise exception 'no step from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'petition_matter_step';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger petition_matter_step before update on petition_matter for each row when (old.status <> new.status)
  execute function petition_matter_step();
--> statement-breakpoint
create function petition_matter_extended_once() returns trigger language plpgsql as $$
begin
  raise exception 'the period of a matter is extended once'
    using errcode = 'check_violation', constraint = 'petition_matter_extended_once';
end
$$;
--> statement-breakpoint
create trigger petition_matter_extended_once before update on petition_matter for each row
  when (old.extended_days is not null and new.extended_days is distinct from old.extended_days)
  execute function petition_matter_extended_once();
--> statement-breakpoint
select pin_search_path();
