-- A caller's keys are theirs in the districts of their token: who moves to another one is told no answer of the one before.

-- Of the answers so far nobody knows in which, and they are forgotten before their day is over.
delete from idempotency_key;
--> statement-breakpoint
alter table idempotency_key add column districts text not null default '';
--> statement-breakpoint
alter table idempotency_key drop constraint idempotency_key_pkey, add primary key (caller, districts, key);
