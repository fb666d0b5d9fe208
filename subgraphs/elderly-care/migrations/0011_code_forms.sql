-- What identifies a record gets the form in which it is stored from now on. Of several that differ by form only, one gets it: that which
-- has it already, or else the oldest. The others stay as they are, to be edited or closed by hand: which of them is meant, nobody can tell here.

update care_institution r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from care_institution where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
--> statement-breakpoint
update care_worker r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from care_worker where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
