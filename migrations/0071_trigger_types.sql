-- Triggers are stored under the names that the real service has for them.
update workflow_triggers set type = 'form_submission' where type = 'form_submitted';
update workflow_triggers set type = 'survey_submission' where type = 'survey_submitted';
