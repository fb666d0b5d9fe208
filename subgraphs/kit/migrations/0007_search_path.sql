-- A dump is restored with an empty search_path: what checks, columns, indexes and triggers call must find its own without one.

-- Makes every function of the database independent of search_path. The body of one in SQL is parsed now and kept so: by it other functions
-- and tables are known for good, and it is still read into the statement that calls it. One in PL/pgSQL brings the path of today with it.
create function pin_search_path() returns void language plpgsql set search_path from current as $$
declare
  found record;
begin
  for found in
    select p.oid::regprocedure as name, p.prosrc as body, l.lanname as language, pg_get_functiondef(p.oid) as definition
    from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = current_schema()::regnamespace
      and (l.lanname = 'sql' and p.prosqlbody is null or l.lanname = 'plpgsql' and p.proconfig is null)
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    order by p.oid
  loop
    if found.language = 'sql' then
      execute replace(found.definition, 'AS $function$' || found.body || '$function$', 'begin atomic ' || found.body || '; end');
    else
      execute format('alter function %s set search_path from current', found.name);
    end if;
  end loop;
end
$$;
--> statement-breakpoint
select pin_search_path();
--> statement-breakpoint
-- The mark of a database that is filled: how, and on which day.
create table if not exists seed (scale text not null, day date not null, at timestamptz not null default now());
