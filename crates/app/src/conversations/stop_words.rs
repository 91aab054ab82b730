//! Words by which a contact closes the channel SMS, and opens it again.
//!
//! They count when they are all that an SMS says, in whatever case. The lists are those of the carriers of North America;
//! the real service names none, and closes the channel by `STOP` as it is done here.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use super::model::{Kind, Message};
use crate::contacts::dnd::{Channel, DndSetting, DndStatus, OPT_OUTS as STOP};
use crate::contacts::{self, Contact};
use crate::tenant::LocationScope;

/// SMS again, whoever had closed the channel.
const START: [&str; 2] = ["START", "UNSTOP"];
/// SMS again after a word of [`OPT_OUTS`](STOP). It answers many other questions, and opens nothing that a person has closed.
const YES: &str = "YES";

/// Does what the contact's SMS says about SMS. What is closed for good stays closed.
///
/// Events: `ContactUpdate` and `ContactDndUpdate`, when that changed anything.
///
/// # Errors
/// When the store fails.
pub(super) fn obey(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    contact: &Contact,
    said: &Message,
) -> Result<(), Error> {
    if said.kind != Kind::Sms {
        return Ok(());
    }
    let word = said.body.trim().to_ascii_uppercase();
    let Some(status) = wanted(&word, contact.dnd_settings.0.get(&Channel::Sms)) else { return Ok(()) };
    let message = Some(format!("The contact wrote {word}."));
    let setting = DndSetting { status, message, code: Some(word) };
    contacts::set_channel(tx, cx, here, contact.id.as_str(), Channel::Sms, setting)
}

/// Whether this is a word that closes the channel: it counts also from a contact whose messages are ignored.
pub(super) fn closes(kind: Kind, body: &str) -> bool {
    kind == Kind::Sms && STOP.contains(&body.trim().to_ascii_uppercase().as_str())
}

/// What becomes of the channel; `None`: nothing.
fn wanted(word: &str, before: Option<&DndSetting>) -> Option<DndStatus> {
    let status = before.map_or(DndStatus::Inactive, |setting| setting.status);
    let by_a_word = before.is_some_and(DndSetting::is_opt_out);
    match status {
        DndStatus::Permanent => None,
        // Also where somebody else has closed it: that the contact did, too, keeps it closed when the other opens it.
        _ if STOP.contains(&word) && !by_a_word => Some(DndStatus::Active),
        DndStatus::Active if START.contains(&word) || (word == YES && by_a_word) => Some(DndStatus::Inactive),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(status: DndStatus, code: &str) -> DndSetting {
        DndSetting { status, message: None, code: Some(code.to_owned()) }
    }

    #[test]
    fn a_word_closes_what_is_open_and_opens_what_is_closed() {
        let by_hand = setting(DndStatus::Active, "101");
        let by_word = setting(DndStatus::Active, "QUIT");
        let for_good = setting(DndStatus::Permanent, "STOP");
        for stop in STOP {
            assert_eq!(wanted(stop, None), Some(DndStatus::Active), "{stop}");
            assert_eq!(wanted(stop, Some(&by_hand)), Some(DndStatus::Active), "{stop}: by the contact, too");
            assert_eq!(wanted(stop, Some(&by_word)), None, "{stop}: it is closed already");
        }
        for start in START {
            assert_eq!(wanted(start, Some(&by_hand)), Some(DndStatus::Inactive), "{start}");
            assert_eq!((wanted(start, None), wanted(start, Some(&for_good))), (None, None), "{start}");
        }
        assert_eq!(wanted(YES, Some(&by_word)), Some(DndStatus::Inactive));
        assert_eq!((wanted(YES, Some(&by_hand)), wanted(YES, None)), (None, None));
        assert_eq!((wanted("STOP IT", None), wanted("", None)), (None, None));
    }
}
