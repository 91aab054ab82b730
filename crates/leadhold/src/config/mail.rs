//! `[mail]`: how notices are sent.

use leadhold_app::mail::Mailer;
use serde::Deserialize;

use crate::fault::Fault;
use crate::mailer::SmtpMailer;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: String,
    pub from: String,
}

impl Mail {
    /// What sends mail; `None` where nothing is configured.
    pub fn mailer(&self) -> Result<Option<std::sync::Arc<dyn Mailer>>, Fault> {
        if self.smtp_url.is_empty() {
            return Ok(None);
        }
        Ok(Some(std::sync::Arc::new(SmtpMailer::new(&self.smtp_url, &self.from)?)))
    }

    pub fn check(&self) -> Result<(), Fault> {
        self.mailer().map(drop)
    }
}
