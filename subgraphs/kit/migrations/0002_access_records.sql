-- Who was given what is protected, or asked for it in vain: a chain of records, each bound to the one before it.

create table access_record (
  -- Without gaps.
  sequence bigint primary key,
  at timestamptz not null,
  viewer text not null,
  bureau text,
  purpose text,
  operation text,
  request_id text,
  outcome text not null check (outcome in ('GIVEN', 'REFUSED')),
  subject_type text not null,
  subject_id text not null,
  division_code text collate "C" not null,
  fields text[] not null,
  -- The key of the chain, which is not in the database, and the authentication of this record and the hash before it.
  key_id text not null,
  hash bytea not null check (length(hash) = 32)
);
--> statement-breakpoint
create index access_record_subject on access_record (subject_id, sequence);
--> statement-breakpoint
create index access_record_viewer on access_record (viewer, sequence);
--> statement-breakpoint
create function access_record_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'access_record is append-only';
end $$;
--> statement-breakpoint
create trigger access_record_append_only before update or delete or truncate on access_record
for each statement execute function access_record_is_append_only();
