//! The lists of migrations. Adding one: write `migrations/NNNN_name.sql` and a line here; never change an old one.

use crate::migrate::Migration;

macro_rules! migrations {
    ($($name:literal $(sqlite $sqlite:literal)? $(postgres $postgres:literal)?),* $(,)?) => {
        &[$(Migration {
            name: $name,
            common: include_str!(concat!("../../../migrations/", $name, ".sql")),
            sqlite: migrations!(@own $($sqlite)?),
            postgres: migrations!(@own $($postgres)?),
        }),*]
    };
    (@own) => { "" };
    (@own $file:literal) => { include_str!(concat!("../../../migrations/", $file)) };
}

/// The main tables, in order.
pub const MAIN: &[Migration] = migrations![
    "0001_queue",
    "0002_accounts",
    "0003_oauth",
    "0004_custom_fields",
    "0005_contacts" sqlite "0005_contacts.sqlite.sql" postgres "0005_contacts.postgres.sql",
    "0006_opportunities",
    "0007_workflows",
    "0008_webhooks",
    "0009_oauth_grants",
    "0010_sessions",
    "0011_accounts",
    "0012_marketplace",
    "0013_idempotency",
    "0014_developers",
    "0015_minted_grants",
    "0016_opportunities" sqlite "0016_opportunities.sqlite.sql" postgres "0016_opportunities.postgres.sql",
    "0019_notes_and_tasks" sqlite "0019_notes_and_tasks.sqlite.sql" postgres "0019_notes_and_tasks.postgres.sql",
    "0020_recurring_tasks" postgres "0020_recurring_tasks.postgres.sql",
    "0021_campaigns",
    "0022_custom_field_models",
    "0023_custom_values",
    "0025_associations",
    "0026_objects" sqlite "0026_objects.sqlite.sql" postgres "0026_objects.postgres.sql",
    "0028_files",
    "0029_medias",
    "0030_links_and_menus",
    "0031_forms" sqlite "0031_forms.sqlite.sql" postgres "0031_forms.postgres.sql",
    "0032_contact_files",
    "0034_imports",
    "0035_contact_names" sqlite "0035_contact_names.sqlite.sql",
    "0037_contact_words" sqlite "0037_contact_words.sqlite.sql" postgres "0037_contact_words.postgres.sql",
    "0038_subscriptions",
    "0039_notices",
    "0042_delivery_log",
    "0043_webhook_replays",
    "0044_event_order" sqlite "0044_event_order.sqlite.sql" postgres "0044_event_order.postgres.sql",
    "0045_inspector",
    "0046_listeners",
    "0048_webhook_keys",
    "0049_inbound_hooks",
    "0052_changed_at",
    "0053_words" sqlite "0053_words.sqlite.sql" postgres "0053_words.postgres.sql",
    "0054_workflow_waits",
    "0055_workflow_paces",
    "0060_conversations",
    "0061_notices_of_people",
    "0062_campaign_steps",
    "0070_events_aside",
    "0071_trigger_types",
    "0072_workflow_trials",
    "0073_workflow_alarms",
    "0075_workflow_turns",
    "0077_workflow_counts",
    "0078_workflow_replays",
    "0080_faults",
    "0081_calendars",
    "0082_blocked_slots",
    "0083_appointment_notes",
    "0084_workflow_run_statuses",
    "0085_workflow_run_appointments",
    "0086_blocked_slots_of_each",
    "0092_referenced",
    "0093_tag_changes",
    "0094_words_at_once" postgres "0094_words_at_once.postgres.sql",
];

/// The request log's tables, in order.
pub const LOGS: &[Migration] = migrations!["logs/0001_request_log", "logs/0002_request_details"];

#[cfg(test)]
mod tests {
    use super::*;

    /// What was applied is read back in the order of the names: another order in the list would stop the second start.
    #[test]
    fn the_lists_are_in_the_order_of_their_names() {
        for list in [MAIN, LOGS] {
            assert!(list.is_sorted_by(|a, b| a.name < b.name));
        }
    }
}
