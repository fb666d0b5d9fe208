-- The code tables of GB/T 28181, the tallies and counts kept of each table, what its triggers refuse, and the indexes
-- that only SQL can name.
insert into device_industry (code, name_zh, name_en, note) values
  ('00', '社会治安路面接入', 'Public security, streets', null),
  ('01', '社会治安社区接入', 'Public security, communities', null),
  ('02', '社会治安内部接入', 'Public security, premises', null),
  ('03', '社会治安其他接入', 'Public security, other', null),
  ('04', '交通路面接入', 'Traffic, streets', null),
  ('05', '交通卡口接入', 'Traffic, checkpoints', null),
  ('06', '交通内部接入', 'Traffic, premises', null),
  ('07', '交通其他接入', 'Traffic, other', null),
  ('08', '城市管理接入', 'City management', null),
  ('09', '卫生环保接入', 'Health and environment', null),
  ('10', '商检海关接入', 'Commodity inspection and customs', null),
  ('11', '教育部门接入', 'Education', null),
  ('12', '民航接入', 'Civil aviation', null),
  ('13', '铁路接入', 'Railways', null),
  ('14', '航运接入', 'Shipping', null),
  ('40', '农、林、牧、渔业接入', 'Agriculture, forestry, husbandry and fishery', null),
  ('41', '采矿企业接入', 'Mining', null),
  ('42', '制造企业接入', 'Manufacturing', null),
  ('43', '电力、热力、燃气及水生产和供应企业接入', 'Power, heat, gas and water', null),
  ('44', '建筑企业接入', 'Construction', null),
  ('45', '批发和零售企业接入', 'Wholesale and retail', null);
--> statement-breakpoint
insert into device_type (code, name_zh, name_en, note) values
  ('111', 'DVR', 'Digital video recorder', null),
  ('112', '视频服务器', 'Video server', null),
  ('113', '编码器', 'Encoder', null),
  ('114', '解码器', 'Decoder', null),
  ('115', '视频切换矩阵', 'Video matrix', null),
  ('116', '音频切换矩阵', 'Audio matrix', null),
  ('117', '报警控制器', 'Alarm controller', null),
  ('118', '网络视频录像机（NVR）', 'Network video recorder', null),
  ('119', '预留', 'Reserved', null),
  ('120', '在线视频图像信息采集系统', 'Online image collection system', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('121', '视频卡口', 'Video checkpoint', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('122', '多目设备', 'Multi-lens device', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('123', '停车场出入口控制设备', 'Car park entrance control', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('124', '人员出入口控制设备', 'Personnel entrance control', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('125', '安检设备', 'Security screening', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('130', '混合硬盘录像机（HVR）', 'Hybrid video recorder', null),
  ('131', '摄像机', 'Camera', null),
  ('132', '网络摄像机（IPC）', 'Network camera', null),
  ('133', '显示器', 'Display', null),
  ('134', '报警输入设备（红外、烟感、门禁等）', 'Alarm input (infrared, smoke, door and others)', null),
  ('135', '报警输出设备（警灯、警铃等）', 'Alarm output (light, bell and others)', null),
  ('136', '语音输入设备', 'Audio input', null),
  ('137', '语音输出设备', 'Audio output', null),
  ('138', '移动传输设备', 'Mobile transmission', null),
  ('139', '其他外围设备', 'Other peripheral', null),
  ('140', '报警输出设备（继电器或触发器控制）', 'Alarm output (by relay or trigger)', null),
  ('141', '道闸', 'Barrier gate', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('142', '智能门', 'Smart door', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('143', '凭证识别单元', 'Credential reader', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('200', '中心信令控制服务器', 'Central signalling server', null),
  ('201', 'Web 应用服务器', 'Web application server', null),
  ('203', '代理服务器', 'Proxy server', null),
  ('204', '安全服务器', 'Security server', null),
  ('205', '报警服务器', 'Alarm server', null),
  ('206', '数据库服务器', 'Database server', null),
  ('207', 'GIS 服务器', 'GIS server', null),
  ('208', '管理服务器', 'Management server', null),
  ('209', '接入网关', 'Access gateway', null),
  ('210', '媒体存储服务器', 'Media storage server', null),
  ('211', '信令安全路由网关', 'Secure signalling route gateway', null),
  ('215', '业务分组', 'Business group', null),
  ('216', '虚拟组织', 'Virtual organisation', null),
  ('300', '中心用户', 'Centre user', null),
  ('400', '终端用户', 'End user', null),
  ('500', '综合应用平台', 'Integrated application platform', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('501', '运维系统', 'Operations system', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('502', '分析系统', 'Analysis system', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('503', '图像信息库', 'Image store', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.'),
  ('505', '分析设备', 'Analysis device', '2022 年版增加，待与标准文本核对。 Added by the edition of 2022; to be checked against the text.');
--> statement-breakpoint
insert into device_network (code, name_zh, name_en, note) values
  ('0', '公安视频传输网', 'Public security video network', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('1', '公安视频传输网', 'Public security video network', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('2', '行业专网', 'Private network of an industry', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('3', '政法信息网', 'Network of the judiciary', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('4', '公安移动信息网', 'Public security mobile network', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('5', '公安信息网', 'Public security information network', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('6', '电子政务外网', 'Government extranet', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('7', '互联网等公共网络', 'Internet and other public networks', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('8', '专线', 'Leased line', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.'),
  ('9', '预留', 'Reserved', '按 2022 年版；2016 年版编号不同，待核对。 As in the edition of 2022; that of 2016 numbers them otherwise; to be checked.');
--> statement-breakpoint
create function monitoring_platform_facts(p monitoring_platform) returns setof fact language sql immutable as $$
  select ('platforms:' || p.tier, p.division_code, null::date, 1::bigint)::fact where p.retired_at is null
$$;
--> statement-breakpoint
select tally_table('monitoring_platform', 'monitoring_platform_facts');
--> statement-breakpoint
create function security_device_facts(d security_device) returns setof fact language sql immutable as $$
  select ('devices:' || d.kind || ':' || d.condition, d.division_code, null::date, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('security_device', 'security_device_facts');
--> statement-breakpoint
-- All of an incident's facts lie on the day it was raised, so that its outcome stands beside it in every period.
create function incident_facts(i incident) returns setof fact language sql immutable as $$
  select (v.metric, i.division_code, v.day, v.amount::bigint)::fact
  from (select (i.raised_at at time zone 'UTC' + interval '8 hours')::date as day) raised
  cross join lateral (values
    ('incidents:' || i.severity, raised.day, 1),
    ('incident_kinds:' || i.kind, raised.day, 1),
    (case when i.status = 'FALSE_ALARM' then 'outcomes:FALSE_ALARM' else 'outcomes:' || i.outcome end, raised.day, 1),
    ('people_assisted', raised.day, i.people_assisted),
    ('suspects_caught', raised.day, i.suspects_caught),
    ('open_incidents', null, case when i.status in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED') then 1 else 0 end)
  ) v(metric, day, amount)
  where v.metric is not null and v.amount <> 0
$$;
--> statement-breakpoint
select tally_table('incident', 'incident_facts');
--> statement-breakpoint
create function safety_inspection_facts(s safety_inspection) returns setof fact language sql immutable as $$
  select (v.metric, s.division_code, v.day, v.amount::bigint)::fact
  from (select (s.inspected_at at time zone 'UTC' + interval '8 hours')::date as day,
    (s.rectified_at at time zone 'UTC' + interval '8 hours')::date as rectified) at
  cross join lateral (values
    ('inspections', at.day, case when at.day is null then 0 else 1 end),
    ('hazards_found', at.day, s.hazards),
    ('hazards_rectified', at.rectified, case when at.rectified is null then 0 else s.hazards end),
    ('open_hazards', null, case when s.status = 'HAZARDS_FOUND' then s.hazards else 0 end)
  ) v(metric, day, amount)
  where v.amount <> 0
$$;
--> statement-breakpoint
select tally_table('safety_inspection', 'safety_inspection_facts');
--> statement-breakpoint
-- A platform's path is its parent's and itself. A platform is not moved: what hangs below it was counted along its path.
create function monitoring_platform_place() returns trigger language plpgsql as $$
declare
  above monitoring_platform;
  tiers constant text[] := array['CITY_110_CENTRE', 'DISTRICT_CENTRE', 'SUBDISTRICT_OR_BRANCH', 'COMMUNITY_OR_SCHOOL'];
begin
  if TG_OP = 'UPDATE' then
    if (new.parent_id, new.division_code, new.tier, new.path) is distinct from (old.parent_id, old.division_code, old.tier, old.path) then
      raise exception 'a platform keeps its place' using errcode = 'check_violation', constraint = 'monitoring_platform_keeps_place';
    end if;
    return new;
  end if;
  if new.parent_id is null then
    new.path := array[new.id];
    return new;
  end if;
  select * into above from monitoring_platform where id = new.parent_id;
  if not found or array_position(tiers, above.tier) >= array_position(tiers, new.tier)
    or not starts_with(new.division_code, division_prefix(above.division_code)) then
    raise exception 'the platform above is of a tier above and its division contains this one'
      using errcode = 'check_violation', constraint = 'monitoring_platform_below_parent';
  end if;
  new.path := above.path || new.id;
  return new;
end
$$;
--> statement-breakpoint
create trigger monitoring_platform_place before insert or update on monitoring_platform for each row execute function monitoring_platform_place();
--> statement-breakpoint
-- What the rows of security_device amount to is kept at every platform above them, and the columns that their heartbeats
-- copy are kept equal.
create function security_device_keep() returns trigger language plpgsql as $$
begin
  if TG_OP <> 'DELETE' then
    if exists (
      select from new_rows n join monitoring_platform p on p.id = n.platform_id
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
create trigger security_device_keep_insert after insert on security_device referencing new table as new_rows for each statement execute function security_device_keep();
--> statement-breakpoint
create trigger security_device_keep_update after update on security_device referencing old table as old_rows new table as new_rows for each statement execute function security_device_keep();
--> statement-breakpoint
create trigger security_device_keep_delete after delete on security_device referencing old table as old_rows for each statement execute function security_device_keep();
--> statement-breakpoint
-- An incident takes one step at a time: RAISED, ACKNOWLEDGED, DISPATCHED, RESOLVED, CLOSED, or from the first three FALSE_ALARM.
create function incident_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) not in (('RAISED', 'ACKNOWLEDGED'), ('ACKNOWLEDGED', 'DISPATCHED'), ('DISPATCHED', 'RESOLVED'),
    ('RESOLVED', 'CLOSED'), ('RAISED', 'FALSE_ALARM'), ('ACKNOWLEDGED', 'FALSE_ALARM'), ('DISPATCHED', 'FALSE_ALARM')) then
    raise exception 'no step from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'incident_status_step';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger incident_step before update on incident for each row when (old.status <> new.status) execute function incident_step();
--> statement-breakpoint
create function append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', TG_TABLE_NAME
    using errcode = 'check_violation', constraint = TG_TABLE_NAME || '_append_only';
end
$$;
--> statement-breakpoint
create trigger incident_timeline_append_only before update or delete or truncate on incident_timeline for each statement execute function append_only();
--> statement-breakpoint
create trigger device_status_change_append_only before update or truncate on device_status_change for each statement execute function append_only();
--> statement-breakpoint
-- Who is silent in a district: the few devices in service whose time ran out. Every heartbeat moves its entry, so pages
-- are left room and dead entries, which lie in the very range that is read, are vacuumed early.
create index device_heartbeat_silent on device_heartbeat (district_code, online_until)
  include (division_code, kind, platform_id) where in_service;
--> statement-breakpoint
alter table device_heartbeat set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
-- The districts that have devices in service, by skipping through the index above.
create function heartbeat_districts() returns setof text language sql stable parallel safe as $$
  with recursive district(code) as (
    (select h.district_code from device_heartbeat h where h.in_service order by h.district_code limit 1)
    union all
    select (select h.district_code from device_heartbeat h where h.in_service and h.district_code > d.code
      order by h.district_code limit 1)
    from district d where d.code is not null
  )
  select code from district where code is not null
$$;
--> statement-breakpoint
create index security_device_plane on security_device using gist (geo_plane(longitude, latitude));
--> statement-breakpoint
-- Alarm boxes are one in twenty: without an index of their own the search for them wades through cameras.
create index security_device_alarm_box_plane on security_device using gist (geo_plane(longitude, latitude)) where kind = 'ALARM_BOX';
--> statement-breakpoint
-- Newest first inside a division of each level: city, district, subdistrict, community.
create index incident_city on incident (left(division_code, 4), raised_at desc, id desc);
--> statement-breakpoint
create index incident_district on incident (left(division_code, 6), raised_at desc, id desc);
--> statement-breakpoint
create index incident_subdistrict on incident (left(division_code, 9), raised_at desc, id desc);
--> statement-breakpoint
create index incident_community on incident (left(division_code, 12), raised_at desc, id desc);
--> statement-breakpoint
create index incident_kind_city on incident (kind, left(division_code, 4), raised_at desc, id desc);
--> statement-breakpoint
create index incident_open_city on incident (left(division_code, 4), raised_at desc, id desc) where status in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED');
--> statement-breakpoint
create index incident_open_district on incident (left(division_code, 6), raised_at desc, id desc) where status in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED');
--> statement-breakpoint
create index incident_elder on incident (elder_id, raised_at desc, id desc) where elder_id is not null;
--> statement-breakpoint
create index safety_inspection_city on safety_inspection (left(division_code, 4), scheduled_on desc, id desc);
--> statement-breakpoint
create index safety_inspection_district on safety_inspection (left(division_code, 6), scheduled_on desc, id desc);
--> statement-breakpoint
create index safety_inspection_subdistrict on safety_inspection (left(division_code, 9), scheduled_on desc, id desc);
--> statement-breakpoint
create index safety_inspection_community on safety_inspection (left(division_code, 12), scheduled_on desc, id desc);
