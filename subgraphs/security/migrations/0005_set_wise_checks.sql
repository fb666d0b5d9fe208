-- What a file of devices took most time for, row by row, is held for a statement's rows at once.
ALTER TABLE "monitoring_platform" DROP CONSTRAINT "monitoring_platform_industry_code_device_industry_code_fk";
--> statement-breakpoint
ALTER TABLE "monitoring_platform" DROP CONSTRAINT "monitoring_platform_type_code_device_type_code_fk";
--> statement-breakpoint
ALTER TABLE "monitoring_platform" DROP CONSTRAINT "monitoring_platform_network_code_device_network_code_fk";
--> statement-breakpoint
ALTER TABLE "security_device" DROP CONSTRAINT "security_device_industry_code_device_industry_code_fk";
--> statement-breakpoint
ALTER TABLE "security_device" DROP CONSTRAINT "security_device_type_code_device_type_code_fk";
--> statement-breakpoint
ALTER TABLE "security_device" DROP CONSTRAINT "security_device_network_code_device_network_code_fk";
--> statement-breakpoint
-- The parts of a code are rows of the code tables, which keep their codes.
create function device_codes_known() returns trigger language plpgsql as $$
begin
  if exists (
    select from (select distinct industry_code, type_code, network_code from new_rows) n
    where not exists (select from device_industry i where i.code = n.industry_code)
      or not exists (select from device_type t where t.code = n.type_code)
      or not exists (select from device_network w where w.code = n.network_code)
  ) then
    raise exception 'the parts of a device code are codes of device_industry, device_type and device_network'
      using errcode = 'foreign_key_violation', constraint = TG_TABLE_NAME || '_codes_known';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger monitoring_platform_codes_known_insert after insert on monitoring_platform referencing new table as new_rows for each statement execute function device_codes_known();
--> statement-breakpoint
create trigger monitoring_platform_codes_known_update after update on monitoring_platform referencing new table as new_rows for each statement execute function device_codes_known();
--> statement-breakpoint
create trigger security_device_codes_known_insert after insert on security_device referencing new table as new_rows for each statement execute function device_codes_known();
--> statement-breakpoint
create trigger security_device_codes_known_update after update on security_device referencing new table as new_rows for each statement execute function device_codes_known();
--> statement-breakpoint
create trigger device_industry_append_only before update of code or delete or truncate on device_industry for each statement execute function append_only();
--> statement-breakpoint
create trigger device_type_append_only before update of code or delete or truncate on device_type for each statement execute function append_only();
--> statement-breakpoint
create trigger device_network_append_only before update of code or delete or truncate on device_network for each statement execute function append_only();
--> statement-breakpoint
-- Each pair of a platform and a division once.
create or replace function security_device_keep() returns trigger language plpgsql as $$
begin
  if TG_OP <> 'DELETE' then
    if exists (
      select from (select distinct platform_id, division_code from new_rows) n join monitoring_platform p on p.id = n.platform_id
      where not starts_with(n.division_code, division_prefix(p.division_code))
    ) then
      raise exception 'a device lies in the division of its platform'
        using errcode = 'check_violation', constraint = 'security_device_inside_platform';
    end if;
  end if;
  if TG_OP = 'INSERT' then
    insert into platform_device_count as c (platform_id, kind, condition, count)
    select m.id, n.kind, n.condition, count(*) from new_rows n
    join monitoring_platform p on p.id = n.platform_id cross join lateral unnest(p.path) m(id)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (platform_id, kind, condition) do update set count = c.count + excluded.count;
    insert into device_heartbeat (device_id, division_code, district_code, platform_id, kind, in_service)
    select id, division_code, left(division_code, 6), platform_id, kind, condition = 'IN_SERVICE' from new_rows;
    return null;
  end if;
  if TG_OP = 'UPDATE' then
    -- Locked in one order, as inserts do, so that two writers wait for each other and never for ever.
    perform from platform_device_count c where c.platform_id in (
      select m.id from (select platform_id from new_rows union select platform_id from old_rows) r
      join monitoring_platform p on p.id = r.platform_id cross join lateral unnest(p.path) m(id)
    ) order by c.platform_id, c.kind, c.condition for update;
    -- Two steps, for an update of several rows may take away as much as it adds.
    insert into platform_device_count as c (platform_id, kind, condition, count)
    select m.id, r.kind, r.condition, 0 from new_rows r
    join monitoring_platform p on p.id = r.platform_id cross join lateral unnest(p.path) m(id)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict do nothing;
    update platform_device_count c set count = c.count + change.amount
    from (
      select m.id, r.kind, r.condition, sum(r.amount) as amount
      from (
        select platform_id, kind, condition, 1 as amount from new_rows
        union all select platform_id, kind, condition, -1 from old_rows
      ) r
      join monitoring_platform p on p.id = r.platform_id cross join lateral unnest(p.path) m(id)
      group by 1, 2, 3 having sum(r.amount) <> 0
    ) change
    where (c.platform_id, c.kind, c.condition) = (change.id, change.kind, change.condition);
    update device_heartbeat h
    set division_code = n.division_code, district_code = left(n.division_code, 6), platform_id = n.platform_id,
      kind = n.kind, in_service = n.condition = 'IN_SERVICE'
    from new_rows n
    where h.device_id = n.id and (h.division_code, h.platform_id, h.kind, h.in_service)
      is distinct from (n.division_code, n.platform_id, n.kind, n.condition = 'IN_SERVICE');
    return null;
  end if;
  perform from platform_device_count c where c.platform_id in (
    select m.id from old_rows o
    join monitoring_platform p on p.id = o.platform_id cross join lateral unnest(p.path) m(id)
  ) order by c.platform_id, c.kind, c.condition for update;
  update platform_device_count c set count = c.count - gone.amount
  from (
    select m.id, o.kind, o.condition, count(*) as amount from old_rows o
    join monitoring_platform p on p.id = o.platform_id cross join lateral unnest(p.path) m(id)
    group by 1, 2, 3
  ) gone
  where (c.platform_id, c.kind, c.condition) = (gone.id, gone.kind, gone.condition);
  return null;
end
$$;
--> statement-breakpoint
-- Columns, and not one row of them: as such a function is read into the query that counts, and not called for each row.
create or replace function security_device_facts(d security_device) returns setof fact language sql immutable as $$
  select 'devices:' || d.kind || ':' || d.condition, d.division_code, null::date, 1::bigint
$$;
