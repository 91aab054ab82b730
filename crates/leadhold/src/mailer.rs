//! Mail over SMTP.

use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

use leadhold_app::mail::{Mail, Mailer, Sending};

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

#[cfg(test)]
mod tests {
    use leadhold_kernel::Id;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    /// A mail server for one mail: answers what it was told.
    async fn take_one(listener: TcpListener) -> String {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let (reading, mut writing) = stream.split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 test\r\n").await.expect("a greeting");
        let (mut told, mut data) = (String::new(), false);
        while let Some(line) = lines.next_line().await.expect("a line") {
            told.push_str(&line);
            told.push('\n');
            let answer: &[u8] = match line.as_str() {
                "." => b"250 taken\r\n",
                _ if data => continue,
                "DATA" => b"354 go on\r\n",
                "QUIT" => break,
                _ => b"250 ok\r\n",
            };
            data = line == "DATA";
            writing.write_all(answer).await.expect("an answer");
            if line == "." {
                break;
            }
        }
        told
    }

    #[tokio::test]
    async fn a_notice_is_given_to_the_server() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let mailer = SmtpMailer::new(&url, "Leadhold <server@example.com>").expect("a mailer");
        let mail = Mail {
            id: Id::parse("NoTiCe00000000000001").expect("an id"),
            to: "owner@example.org".into(),
            subject: "Webhooks of Zo\u{eb} are off".into(),
            text: "Switch it on again.\n".into(),
        };
        let (told, sent) = tokio::join!(take_one(listener), mailer.send(&mail));
        assert_eq!(sent, Ok(()));
        for part in [
            "MAIL FROM:<server@example.com>",
            "RCPT TO:<owner@example.org>",
            "Switch it on again.",
            "Message-ID: <NoTiCe00000000000001@example.com>",
            "Subject: Webhooks of =?utf-8?",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        let nobody = Mail { to: "nobody".into(), ..mail };
        assert!(mailer.send(&nobody).await.unwrap_err().contains("nobody is no address"));
    }

    #[test]
    fn what_is_wrong_with_the_settings_is_told_without_the_password() {
        let wrong =
            |url, from| SmtpMailer::new(url, from).err().map(|fault| fault.to_string()).unwrap_or_default();
        assert!(wrong("ftp://me:secret@example.com", "a@example.com").contains("mail.smtp_url"));
        assert!(!wrong("ftp://me:secret@example.com", "a@example.com").contains("secret@"));
        assert!(wrong("smtps://me:secret@example.com", "nobody").contains("mail.from"));
    }
}
