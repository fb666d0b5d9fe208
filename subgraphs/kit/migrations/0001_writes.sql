-- What every write leaves behind, in the transaction of its effect.

create table change_event (
  sequence bigint generated always as identity primary key,
  -- Sequences are drawn before they are committed: whoever follows the events reads only what no open transaction can precede.
  transaction_id xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  caller text not null,
  action text not null,
  entity_type text not null,
  entity_id text not null,
  division_code text collate "C" not null check (is_division_code(division_code)),
  from_status text,
  to_status text,
  detail jsonb not null default '{}'
);
--> statement-breakpoint
create index change_event_entity on change_event (entity_id, sequence);
--> statement-breakpoint
create index change_event_order on change_event (transaction_id, sequence);
--> statement-breakpoint
create function change_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'change_event is append-only';
end $$;
--> statement-breakpoint
create trigger change_event_append_only before update or delete or truncate on change_event
for each statement execute function change_event_is_append_only();
--> statement-breakpoint
create function change_event_notify() returns trigger language plpgsql as $$
begin
  notify change_event;
  return null;
end $$;
--> statement-breakpoint
create trigger change_event_notify after insert on change_event for each statement execute function change_event_notify();
--> statement-breakpoint
create table idempotency_key (
  caller text not null,
  key text not null,
  input_hash bytea not null,
  -- The first answer; null while the first write is not committed.
  result jsonb,
  created_at timestamptz not null default now(),
  primary key (caller, key)
);
--> statement-breakpoint
create index idempotency_key_age on idempotency_key (created_at);
