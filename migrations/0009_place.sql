-- Two accounts, or two regions, may each have a group of the same name: what is counted by a name is of one place.
ALTER TABLE incident ADD COLUMN region TEXT;

UPDATE incident SET region = json_extract(alarm_json, '$.region') WHERE json_valid(alarm_json);
