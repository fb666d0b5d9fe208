-- Closes what 0001 left open around the six steps: the step before one that has begun stays completed, two writers at once
-- included, and a road counts as flushed only while a completed FLUSH step says so.
create or replace function cleaning_step_in_order() returns trigger language plpgsql as $$
begin
  if new.status <> 'PENDING' and new.ordinal > 1 then
    -- The lock makes whoever would reopen that step wait until this one is written, and see it then.
    perform from cleaning_step s where s.run_id = new.run_id and s.ordinal = new.ordinal - 1
      and s.status = 'COMPLETED' and s.completed_at <= new.started_at for share;
    if not found then
      raise exception 'step % of run % starts before the one before it is done', new.kind, new.run_id
        using errcode = 'check_violation', constraint = 'cleaning_step_in_order';
    end if;
  end if;
  return new;
end
$$;
--> statement-breakpoint
create function cleaning_step_stays_in_order() returns trigger language plpgsql as $$
declare
  orphan cleaning_step;
begin
  select s.* into orphan from cleaning_step s
  where s.run_id in (select run_id from old_rows) and s.ordinal > 1 and s.status <> 'PENDING' and not exists (
    select from cleaning_step p where p.run_id = s.run_id and p.ordinal = s.ordinal - 1
      and p.status = 'COMPLETED' and p.completed_at <= s.started_at
  ) limit 1;
  if found then
    raise exception 'step % of run % has begun: the one before it stays completed', orphan.kind, orphan.run_id
      using errcode = 'check_violation', constraint = 'cleaning_step_in_order';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger cleaning_step_order_update after update on cleaning_step referencing old table as old_rows for each statement execute function cleaning_step_stays_in_order();
--> statement-breakpoint
create trigger cleaning_step_order_delete after delete on cleaning_step referencing old table as old_rows for each statement execute function cleaning_step_stays_in_order();
--> statement-breakpoint
create function road_flush_drop() returns trigger language plpgsql as $$
begin
  delete from road_flush f
  using (
    select distinct r.road_id, shanghai_day(o.completed_at) as day from old_rows o join cleaning_run r on r.id = o.run_id
    where o.kind = 'FLUSH' and o.status = 'COMPLETED'
  ) g
  where f.road_id = g.road_id and f.day = g.day and not exists (
    select from cleaning_run r join cleaning_step s on s.run_id = r.id
    where r.road_id = g.road_id and s.kind = 'FLUSH' and s.status = 'COMPLETED' and shanghai_day(s.completed_at) = g.day
  );
  return null;
end
$$;
--> statement-breakpoint
create trigger road_flush_update_drop after update on cleaning_step referencing old table as old_rows for each statement execute function road_flush_drop();
--> statement-breakpoint
create trigger road_flush_delete after delete on cleaning_step referencing old table as old_rows for each statement execute function road_flush_drop();
