//! Mail over SMTP.

use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

use leadhold_app::notices::{Mail, Mailer, Sending};

use crate::fault::Fault;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends through the server that the settings name.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer over `url` (`smtps://USER:PASSWORD@HOST`), whose mail comes from `from`. The URL is not repeated in what is
    /// wrong: it has a password in it.
    pub fn new(url: &str, from: &str) -> Result<Self, Fault> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|why| {
            Fault::failed(format!(
                "mail.smtp_url is no URL of a mail server ({why}); write it like smtps://USER:PASSWORD@mail.example.com"
            ))
        })?;
        let from = from.parse().map_err(|why| {
            Fault::failed(format!(
                "mail.from is no address ({why}); write it like Leadhold <leadhold@example.com>"
            ))
        })?;
        Ok(Self { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    async fn give(&self, mail: &Mail) -> Result<(), String> {
        let to: Mailbox = mail.to.parse().map_err(|why| format!("{} is no address: {why}", mail.to))?;
        let domain = self.from.email.domain();
        let message = Message::builder()
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|why| why.to_string())?;
        self.transport.send(message).await.map(drop).map_err(|why| why.to_string())
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(self.give(mail))
    }
}
