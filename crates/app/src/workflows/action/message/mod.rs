//! Steps that say something: to the run's contact, to the location's people, to Slack.

pub mod call;
pub mod edit_conversation;
pub mod internal_notification;
pub mod send_email;
pub mod send_sms;
pub mod slack_message;
pub mod voicemail;
