-- +goose Up
-- Lists by age, of a district, a subdistrict and a unit: these are written when a case is opened and when its lead changes.
CREATE INDEX casework_case_district_opened ON casework_case (district, opened_at, id);
CREATE INDEX casework_case_subdistrict_opened ON casework_case (subdistrict, opened_at, id);
CREATE INDEX casework_case_lead_opened ON casework_case (lead, opened_at, id);
-- Lists by due time hold open cases, state by state; nothing walks these, which every new due time wrote.
DROP INDEX casework_case_due;
DROP INDEX casework_case_district_due;
DROP INDEX casework_case_subdistrict_due;
CREATE INDEX casework_case_overdue_district ON casework_case (district, due_at, id) WHERE overdue;
