-- What identifies a record gets the form in which it is stored from now on. Of several that differ by form only, one gets it: that which
-- has it already, or else the oldest. The others stay as they are, to be edited or closed by hand: which of them is meant, nobody can tell here.

update sanitation_vehicle r set plate_number = f.form from (
  select id, plate_form(plate_number) as form,
    row_number() over (partition by plate_form(plate_number) order by plate_number = plate_form(plate_number) desc, id) as nth
  from sanitation_vehicle where plate_number is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.plate_number);
--> statement-breakpoint
update pollution_source r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from pollution_source where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
--> statement-breakpoint
update road r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from road where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
--> statement-breakpoint
update sanitation_crew r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from sanitation_crew where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
