-- What identifies a record gets the form in which it is stored from now on. Of several that differ by form only, one gets it: that which
-- has it already, or else the oldest. The others stay as they are, to be edited or closed by hand: which of them is meant, nobody can tell here.

update service_centre r set registration_key = f.form from (
  select id, code_form(registration_key) as form,
    row_number() over (partition by code_form(registration_key) order by registration_key = code_form(registration_key) desc, id) as nth
  from service_centre where registration_key is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.registration_key);
--> statement-breakpoint
update service_point r set sign_number = f.form from (
  select id, code_form(sign_number) as form,
    row_number() over (partition by code_form(sign_number) order by sign_number = code_form(sign_number) desc, id) as nth
  from service_point where sign_number is not null
) f
where f.id = r.id and f.nth = 1 and f.form not in ('', r.sign_number);
