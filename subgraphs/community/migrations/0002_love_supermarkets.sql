CREATE TABLE "aid_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"giver" text NOT NULL,
	"beneficiaries" integer NOT NULL,
	"amount_fen" bigint NOT NULL,
	"given_on" date NOT NULL,
	CONSTRAINT "aid_grant_division_code_form" CHECK (is_division_code("aid_grant"."division_code")),
	CONSTRAINT "aid_grant_id_home" CHECK (is_home("aid_grant"."id", "aid_grant"."division_code")),
	CONSTRAINT "aid_grant_kind" CHECK ("aid_grant"."kind" in ('PUPIL_AID', 'HARDSHIP_AID', 'MEDICAL_AID')),
	CONSTRAINT "aid_grant_giver" CHECK (length(btrim("aid_grant"."giver")) between 1 and 200),
	CONSTRAINT "aid_grant_figures" CHECK ("aid_grant"."beneficiaries" > 0 and "aid_grant"."amount_fen" > 0)
);
--> statement-breakpoint
CREATE TABLE "donation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"love_supermarket_id" uuid NOT NULL,
	"donor_organisation" text,
	"donor_name" text,
	"received_on" date NOT NULL,
	"status" text DEFAULT 'RECORDED' NOT NULL,
	"cancel_reason" text,
	"cancelled_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "donation_division_code_form" CHECK (is_division_code("donation"."division_code")),
	CONSTRAINT "donation_id_home" CHECK (is_home("donation"."id", "donation"."division_code")),
	CONSTRAINT "donation_sealed" CHECK (is_sealed("donation"."donor_name")),
	CONSTRAINT "donation_status" CHECK ("donation"."status" in ('RECORDED', 'CANCELLED')),
	CONSTRAINT "donation_cancel_reason" CHECK ("donation"."cancel_reason" in ('MISRECORDED', 'RETURNED', 'UNUSABLE')),
	CONSTRAINT "donation_donor" CHECK (num_nonnulls("donation"."donor_organisation", "donation"."donor_name") <= 1 and length(btrim("donation"."donor_organisation")) between 1 and 200),
	CONSTRAINT "donation_cancelled" CHECK (("donation"."status" = 'CANCELLED') = ("donation"."cancelled_at" is not null)
      and ("donation"."status" = 'CANCELLED') = ("donation"."cancel_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "handout" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"love_supermarket_id" uuid NOT NULL,
	"recipient_kind" text NOT NULL,
	"elder_id" uuid,
	"recipient_name" text,
	"address" text,
	"handed_out_on" date NOT NULL,
	"status" text DEFAULT 'RECORDED' NOT NULL,
	"cancel_reason" text,
	"cancelled_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "handout_division_code_form" CHECK (is_division_code("handout"."division_code")),
	CONSTRAINT "handout_id_home" CHECK (is_home("handout"."id", "handout"."division_code")),
	CONSTRAINT "handout_sealed" CHECK (is_sealed("handout"."recipient_name") and is_sealed("handout"."address")),
	CONSTRAINT "handout_recipient_kind" CHECK ("handout"."recipient_kind" in ('HOUSEHOLD', 'CLEANER', 'ELDER')),
	CONSTRAINT "handout_status" CHECK ("handout"."status" in ('RECORDED', 'CANCELLED')),
	CONSTRAINT "handout_cancel_reason" CHECK ("handout"."cancel_reason" in ('MISRECORDED', 'RETURNED')),
	CONSTRAINT "handout_recipient" CHECK ("handout"."recipient_kind" = 'ELDER'
        or ("handout"."elder_id" is null and ("handout"."recipient_name" is not null or "handout"."address" is null))),
	CONSTRAINT "handout_cancelled" CHECK (("handout"."status" = 'CANCELLED') = ("handout"."cancelled_at" is not null)
      and ("handout"."status" = 'CANCELLED') = ("handout"."cancel_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "love_supermarket" (
	"id" uuid PRIMARY KEY NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"registration_key" text,
	"service_centre_id" uuid,
	"name" text NOT NULL,
	"opened_on" date NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"closed_on" date,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "love_supermarket_division_code_form" CHECK (is_division_code("love_supermarket"."division_code")),
	CONSTRAINT "love_supermarket_id_home" CHECK (is_home("love_supermarket"."id", "love_supermarket"."division_code")),
	CONSTRAINT "love_supermarket_location" CHECK ("love_supermarket"."longitude" between 112 and 115 and "love_supermarket"."latitude" between 34 and 35.2),
	CONSTRAINT "love_supermarket_status" CHECK ("love_supermarket"."status" in ('OPEN', 'CLOSED')),
	CONSTRAINT "love_supermarket_name" CHECK (length(btrim("love_supermarket"."name")) between 1 and 200),
	CONSTRAINT "love_supermarket_closed" CHECK (("love_supermarket"."status" = 'CLOSED') = ("love_supermarket"."closed_on" is not null)),
	CONSTRAINT "love_supermarket_days" CHECK ("love_supermarket"."closed_on" >= "love_supermarket"."opened_on")
);
--> statement-breakpoint
CREATE TABLE "stock_entry" (
	"love_supermarket_id" uuid NOT NULL,
	"division_code" text COLLATE "C" NOT NULL,
	"donation_id" uuid,
	"handout_id" uuid,
	"day" date NOT NULL,
	"category" text NOT NULL,
	"condition" text NOT NULL,
	"quantity" integer NOT NULL,
	"is_reversal" boolean DEFAULT false NOT NULL,
	CONSTRAINT "stock_entry_division_code_form" CHECK (is_division_code("stock_entry"."division_code")),
	CONSTRAINT "stock_entry_category" CHECK ("stock_entry"."category" in ('COAT', 'JACKET', 'CHILDREN_CLOTHING', 'TROUSERS', 'QUILT', 'SHOES', 'STATIONERY', 'BOOKS', 'TOYS', 'GRAIN_AND_OIL', 'DAILY_GOODS', 'APPLIANCES')),
	CONSTRAINT "stock_entry_condition" CHECK ("stock_entry"."condition" in ('NEW', 'GOOD', 'FAIR')),
	CONSTRAINT "stock_entry_cause" CHECK (num_nonnulls("stock_entry"."donation_id", "stock_entry"."handout_id") = 1),
	CONSTRAINT "stock_entry_quantity" CHECK ("stock_entry"."quantity" <> 0 and ("stock_entry"."quantity" > 0) = (("stock_entry"."donation_id" is not null) <> "stock_entry"."is_reversal"))
);
--> statement-breakpoint
CREATE TABLE "supermarket_stock" (
	"love_supermarket_id" uuid NOT NULL,
	"category" text NOT NULL,
	"condition" text NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "supermarket_stock_love_supermarket_id_category_condition_pk" PRIMARY KEY("love_supermarket_id","category","condition"),
	CONSTRAINT "supermarket_stock_quantity" CHECK ("supermarket_stock"."quantity" >= 0)
);
--> statement-breakpoint
ALTER TABLE "donation" ADD CONSTRAINT "donation_love_supermarket_id_love_supermarket_id_fk" FOREIGN KEY ("love_supermarket_id") REFERENCES "public"."love_supermarket"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handout" ADD CONSTRAINT "handout_love_supermarket_id_love_supermarket_id_fk" FOREIGN KEY ("love_supermarket_id") REFERENCES "public"."love_supermarket"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_entry" ADD CONSTRAINT "stock_entry_love_supermarket_id_love_supermarket_id_fk" FOREIGN KEY ("love_supermarket_id") REFERENCES "public"."love_supermarket"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_entry" ADD CONSTRAINT "stock_entry_donation_id_donation_id_fk" FOREIGN KEY ("donation_id") REFERENCES "public"."donation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_entry" ADD CONSTRAINT "stock_entry_handout_id_handout_id_fk" FOREIGN KEY ("handout_id") REFERENCES "public"."handout"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supermarket_stock" ADD CONSTRAINT "supermarket_stock_love_supermarket_id_love_supermarket_id_fk" FOREIGN KEY ("love_supermarket_id") REFERENCES "public"."love_supermarket"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "aid_grant_division" ON "aid_grant" USING btree ("division_code","given_on","id");--> statement-breakpoint
CREATE INDEX "donation_supermarket" ON "donation" USING btree ("love_supermarket_id","received_on","id");--> statement-breakpoint
CREATE INDEX "donation_donor_due" ON "donation" USING btree ("received_on") WHERE donor_name is not null;--> statement-breakpoint
CREATE INDEX "donation_city" ON "donation" USING btree ("received_on","id");--> statement-breakpoint
CREATE INDEX "donation_district" ON "donation" USING btree (left(division_code, 6),"received_on","id");--> statement-breakpoint
CREATE INDEX "donation_subdistrict" ON "donation" USING btree (left(division_code, 9),"received_on","id");--> statement-breakpoint
CREATE INDEX "donation_community" ON "donation" USING btree ("division_code","received_on","id");--> statement-breakpoint
CREATE INDEX "handout_elder" ON "handout" USING btree ("elder_id") WHERE elder_id is not null;--> statement-breakpoint
CREATE INDEX "handout_recipient_due" ON "handout" USING btree ("handed_out_on") WHERE num_nonnulls(elder_id, recipient_name, address) > 0;--> statement-breakpoint
CREATE INDEX "handout_city" ON "handout" USING btree ("handed_out_on","id");--> statement-breakpoint
CREATE INDEX "handout_district" ON "handout" USING btree (left(division_code, 6),"handed_out_on","id");--> statement-breakpoint
CREATE INDEX "handout_subdistrict" ON "handout" USING btree (left(division_code, 9),"handed_out_on","id");--> statement-breakpoint
CREATE INDEX "handout_community" ON "handout" USING btree ("division_code","handed_out_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "love_supermarket_registration_key" ON "love_supermarket" USING btree ("registration_key") WHERE "love_supermarket"."registration_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "love_supermarket_division" ON "love_supermarket" USING btree ("division_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "stock_entry_donation" ON "stock_entry" USING btree ("donation_id","is_reversal","category","condition") WHERE donation_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "stock_entry_handout" ON "stock_entry" USING btree ("handout_id","is_reversal","category","condition") WHERE handout_id is not null;
--> statement-breakpoint
-- The stock is the sum of the entries. A row is made at zero first: an entry that takes items must not be checked as a stock of its own.
create function supermarket_stock_change() returns trigger language plpgsql set search_path from current as $$
begin
  insert into supermarket_stock (love_supermarket_id, category, condition, quantity)
    select distinct love_supermarket_id, category, condition, 0 from new_rows
    order by 1, 2, 3
    on conflict do nothing;
  update supermarket_stock s set quantity = s.quantity + c.change from (
    select love_supermarket_id, category, condition, sum(quantity)::integer as change from new_rows group by 1, 2, 3
  ) c
  where (s.love_supermarket_id, s.category, s.condition) = (c.love_supermarket_id, c.category, c.condition);
  return null;
end
$$;
--> statement-breakpoint
create trigger stock_entry_stock after insert on stock_entry
  referencing new table as new_rows for each statement execute function supermarket_stock_change();
--> statement-breakpoint
create function stock_entry_append_only() returns trigger language plpgsql set search_path from current as $$
begin
  raise exception 'stock_entry is append-only';
end
$$;
--> statement-breakpoint
create trigger stock_entry_append_only before update or delete on stock_entry
  for each statement execute function stock_entry_append_only();
--> statement-breakpoint
create function love_supermarket_facts(s love_supermarket) returns setof fact language sql immutable as $$
  select 'love_supermarkets', s.division_code, null::date, 1::bigint where s.status = 'OPEN'
$$;
--> statement-breakpoint
select tally_table('love_supermarket', 'love_supermarket_facts');
--> statement-breakpoint
create function donation_facts(d donation) returns setof fact language sql immutable as $$
  select 'donations', d.division_code, d.received_on, 1::bigint where d.status = 'RECORDED'
$$;
--> statement-breakpoint
select tally_table('donation', 'donation_facts');
--> statement-breakpoint
create function handout_facts(h handout) returns setof fact language sql immutable as $$
  select 'handouts:' || h.recipient_kind, h.division_code, h.handed_out_on, 1::bigint where h.status = 'RECORDED'
$$;
--> statement-breakpoint
select tally_table('handout', 'handout_facts');
--> statement-breakpoint
create function stock_entry_facts(e stock_entry) returns setof fact language sql immutable as $$
  select f.metric, e.division_code, f.day, f.amount::bigint
  from (values
    ('stock_items:' || e.category, null::date, e.quantity),
    (case when e.donation_id is not null then 'donated_items:' || e.category end, e.day, e.quantity),
    (case when e.handout_id is not null then 'handed_out_items:' || e.category end, e.day, -e.quantity)
  ) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('stock_entry', 'stock_entry_facts');
--> statement-breakpoint
create function aid_grant_facts(g aid_grant) returns setof fact language sql immutable as $$
  select f.metric, g.division_code, f.day, f.amount
  from (values ('aid_grants:' || g.kind, g.given_on, 1::bigint), ('aid_beneficiaries:' || g.kind, g.given_on, g.beneficiaries::bigint),
    ('aid_fen:' || g.kind, g.given_on, g.amount_fen), ('aid_grants_kept', null, 1)) f(metric, day, amount)
$$;
--> statement-breakpoint
select tally_table('aid_grant', 'aid_grant_facts');
--> statement-breakpoint
select pin_search_path();
