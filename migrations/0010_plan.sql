-- What the rules file said when an incident was opened: a file that changes later does not change it. NULL: there was
-- none.
ALTER TABLE incident ADD COLUMN plan_json TEXT;
