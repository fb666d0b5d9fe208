-- One index answers who is silent in a district, those whose history says so already (true) and those it does not yet
-- (false, overdue): the recorder reads only the latter, and wipes the dead entries there that heartbeats leave behind.
update device_heartbeat set silence_noted = false where online_until > '-infinity';
--> statement-breakpoint
drop index device_heartbeat_silent;
--> statement-breakpoint
create index device_heartbeat_silent on device_heartbeat (district_code, silence_noted, online_until)
  include (division_code, kind, platform_id) where in_service;
