-- The record of access is read from its end, by division, person, viewer and day: each way has an index that ends in the sequence.

create index access_record_at on access_record (at, sequence);
--> statement-breakpoint
create index access_record_district on access_record (left(division_code, 6), sequence);
--> statement-breakpoint
create index access_record_subdistrict on access_record (left(division_code, 9), sequence);
--> statement-breakpoint
create index access_record_division on access_record (division_code, sequence);
