-- Refusals are few among what was given: an auditor who looks for them alone finds them without a walk over the rest.

create index access_record_refused on access_record (sequence) where outcome = 'REFUSED';
--> statement-breakpoint
create index access_record_refused_district on access_record (left(division_code, 6), sequence) where outcome = 'REFUSED';
--> statement-breakpoint
create index access_record_refused_subdistrict on access_record (left(division_code, 9), sequence) where outcome = 'REFUSED';
--> statement-breakpoint
create index access_record_refused_division on access_record (division_code, sequence) where outcome = 'REFUSED';
