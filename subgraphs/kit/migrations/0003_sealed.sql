-- What identifies a person or tells of their health stands sealed, with keys that are not in the database.

-- Whether a text has the form that sealing gives: <cipher>.<key>.<base64url of nonce, ciphertext and tag>.
create function is_sealed(value text) returns boolean language sql immutable strict parallel safe as $$
  select value ~ '^[as]\.[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{58,}$'
$$;
--> statement-breakpoint
-- The first answers hold whole rows. Those so far stand in plain, and are forgotten before their day is over.
delete from idempotency_key;
--> statement-breakpoint
alter table idempotency_key drop column result;
--> statement-breakpoint
-- Sealed; null while the first write is not committed. input_hash is keyed with the key that it names.
alter table idempotency_key add column result text check (is_sealed(result));
