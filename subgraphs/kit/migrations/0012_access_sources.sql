-- Records bear the roles of the viewer and from where they asked. Those so far have neither, and are verified without.
alter table access_record add column roles text[], add column address text;
