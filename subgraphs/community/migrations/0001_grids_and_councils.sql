--> statement-breakpoint
-- A grid lies below an active one of the level above, whose division contains its own. For the rows of a statement at once.
create function grid_below_parent() returns trigger language plpgsql as $$
declare
  levels constant text[] := array['DISTRICT', 'SUBDISTRICT', 'COMMUNITY'];
begin
  if exists (
    select from new_rows n where n.parent_id is not null and not exists (
      select from grid above where above.id = n.parent_id and above.status = 'ACTIVE'
        and array_position(levels, above.level) = array_position(levels, n.level) - 1
        and starts_with(n.division_code, above.division_code)
    )
  ) then
    raise exception 'the grid above is active, of the level above, and its division contains this one'
      using errcode = 'check_violation', constraint = 'grid_below_parent';
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger grid_below_parent after insert on grid referencing new table as new_rows for each statement execute function grid_below_parent();
--> statement-breakpoint
create function grid_keeps_place() returns trigger language plpgsql as $$
begin
  raise exception 'a grid keeps its place and its code' using errcode = 'check_violation', constraint = 'grid_keeps_place';
end
$$;
--> statement-breakpoint
create trigger grid_keeps_place before update on grid for each row when ((old.parent_id, old.division_code, old.code, old.level) is distinct from (new.parent_id, new.division_code, new.code, new.level)) execute function grid_keeps_place();
--> statement-breakpoint
-- FOUND, HANDED_OVER, SOLVED, VERIFIED; back from SOLVED to HANDED_OVER; from the first two CANCELLED.
create function grid_problem_step() returns trigger language plpgsql as $$
begin
  if (old.status, new.status) not in (('FOUND', 'HANDED_OVER'), ('HANDED_OVER', 'SOLVED'), ('SOLVED', 'VERIFIED'),
    ('SOLVED', 'HANDED_OVER'), ('FOUND', 'CANCELLED'), ('HANDED_OVER', 'CANCELLED')) then
    raise exception 'no step from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'grid_problem_status_step';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger grid_problem_step before update on grid_problem for each row when (old.status <> new.status) execute function grid_problem_step();
--> statement-breakpoint
-- Rows are appended, never changed: only the note, which may tell of a person, is encrypted anew, or erased with the description.
create function grid_problem_timeline_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', TG_TABLE_NAME
    using errcode = 'check_violation', constraint = 'grid_problem_timeline_append_only';
end
$$;
--> statement-breakpoint
create trigger grid_problem_timeline_append_only before update of problem_id, sequence, at, actor, action or delete or truncate on grid_problem_timeline for each statement execute function grid_problem_timeline_append_only();
--> statement-breakpoint
create function grid_problem_erase_notes() returns trigger language plpgsql as $$
begin
  update grid_problem_timeline set note = null where problem_id = new.id and note is not null;
  return null;
end
$$;
--> statement-breakpoint
create trigger grid_problem_erase_notes after update of description on grid_problem for each row when (old.description is not null and new.description is null) execute function grid_problem_erase_notes();
--> statement-breakpoint
-- A topic is decided in a session of its council, on that day, by no more votes than people who attended.
create function topic_decision() returns trigger language plpgsql as $$
begin
  if new.decided_in_id is not null and not exists (
    select from council_session s where s.id = new.decided_in_id and s.council_id = new.council_id and s.held_on = new.decided_on
      and s.attendance >= new.votes_for + new.votes_against + new.abstentions
  ) then
    raise exception 'a topic is decided in a session of its council, by no more votes than people attended'
      using errcode = 'check_violation', constraint = 'topic_decided_in_session';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger topic_decision before insert or update on topic for each row execute function topic_decision();
--> statement-breakpoint
create function grid_facts(g grid) returns setof fact language sql immutable as $$
  select ('grids:' || g.level, g.division_code, null::date, 1::bigint)::fact where g.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('grid', 'grid_facts');
--> statement-breakpoint
create function grid_visit_facts(v grid_visit) returns setof fact language sql immutable as $$
  select (f.metric, v.division_code, (v.visited_at at time zone 'UTC' + interval '8 hours')::date, f.amount::bigint)::fact
  from (values ('grid_visits:' || v.kind, 1), ('households_visited', case when v.kind = 'HOUSEHOLD' then v.households_visited else 0 end)) f(metric, amount)
  where f.amount <> 0
$$;
--> statement-breakpoint
select tally_table('grid_visit', 'grid_visit_facts');
--> statement-breakpoint
-- What was cancelled was no problem.
create function grid_problem_facts(p grid_problem) returns setof fact language sql immutable as $$
  select (f.metric, p.division_code, f.day, 1::bigint)::fact
  from (select (p.found_at at time zone 'UTC' + interval '8 hours')::date as found,
    (p.solved_at at time zone 'UTC' + interval '8 hours')::date as solved) at
  cross join lateral (values
    ('grid_problem_kinds:' || p.kind, at.found),
    (case when p.status in ('FOUND', 'HANDED_OVER') then 'open_grid_problems' end, null),
    (case when p.solved_at is not null then 'grid_problems_solved' end, at.solved),
    (case when p.solved_at <= p.deadline then 'grid_problems_solved_on_time' end, at.solved)
  ) f(metric, day)
  where f.metric is not null and p.status <> 'CANCELLED'
$$;
--> statement-breakpoint
select tally_table('grid_problem', 'grid_problem_facts');
--> statement-breakpoint
create function council_facts(c council) returns setof fact language sql immutable as $$
  select ('councils', c.division_code, null::date, 1::bigint)::fact where c.status = 'ACTIVE'
$$;
--> statement-breakpoint
select tally_table('council', 'council_facts');
--> statement-breakpoint
create function council_session_facts(s council_session) returns setof fact language sql immutable as $$
  select ('council_sessions', s.division_code, s.held_on, 1::bigint)::fact
$$;
--> statement-breakpoint
select tally_table('council_session', 'council_session_facts');
--> statement-breakpoint
create function topic_facts(t topic) returns setof fact language sql immutable as $$
  select (f.metric, t.division_code, f.day, 1::bigint)::fact
  from (values
    ('topics:' || t.status, null::date),
    ('topics_proposed', t.proposed_on),
    (case when t.status in ('RESOLVED', 'CARRIED_OUT') then 'topics_resolved' end, t.decided_on),
    (case when t.status = 'CARRIED_OUT' then 'topics_carried_out' end, t.carried_out_on)
  ) f(metric, day)
  where f.metric is not null
$$;
--> statement-breakpoint
select tally_table('topic', 'topic_facts');
--> statement-breakpoint
select pin_search_path();
