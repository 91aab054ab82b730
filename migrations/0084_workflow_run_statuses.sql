-- Runs that wait for their turn can be asked for, too: queued for a place, delayed to the next minute.
drop index workflow_runs_by_status;
create index workflow_runs_by_status on workflow_runs (location_id, workflow_id, status, started_at, id)
    where status in ('queued', 'delayed', 'sleeping', 'waiting', 'stopped', 'removed', 'failed');
