-- The appointment whose trigger began the run: a contact may be in a workflow with several, and with each of them once.
alter table workflow_runs add column appointment_id text;
