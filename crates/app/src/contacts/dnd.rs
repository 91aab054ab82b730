//! Do not disturb: over which channels a contact must not be written to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::http::fields::Fields;

/// A way to reach a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the channels")]
pub enum Channel {
    Call,
    Email,
    #[serde(rename = "SMS")]
    Sms,
    WhatsApp,
    #[serde(rename = "GMB")]
    Gmb,
    #[serde(rename = "FB")]
    Fb,
    #[serde(rename = "RCS")]
    Rcs,
    #[serde(rename = "IG")]
    Ig,
    #[serde(rename = "Live_Chat")]
    LiveChat,
}

impl Channel {
    /// Each channel as v2 spells it, as v3 does, and as some clients do.
    const SPELLINGS: [(Self, &'static [&'static str]); 9] = [
        (Self::Call, &["Call", "call"]),
        (Self::Email, &["Email", "email"]),
        (Self::Sms, &["SMS", "sms"]),
        (Self::WhatsApp, &["WhatsApp", "whatsApp"]),
        (Self::Gmb, &["GMB", "gmb"]),
        (Self::Fb, &["FB", "fb"]),
        (Self::Rcs, &["RCS", "rcs"]),
        (Self::Ig, &["IG", "ig"]),
        (Self::LiveChat, &["Live_Chat", "liveChat", "Live Chat"]),
    ];

    fn spellings(self) -> &'static [&'static str] {
        Self::SPELLINGS
            .iter()
            .find(|(channel, _)| *channel == self)
            .map_or(&["", ""], |(_, spellings)| spellings)
    }

    /// The key in a v3 body.
    pub fn v3_name(self) -> &'static str {
        self.spellings()[1]
    }

    /// The channel of a key in either spelling.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::SPELLINGS.iter().find(|(_, spellings)| spellings.contains(&name)).map(|(channel, _)| *channel)
    }

    /// Its name in `contact_facets`, by which a search finds its status.
    pub(crate) fn facet(self) -> String {
        format!("dnd.{}", self.spellings()[0])
    }
}

/// Whether a channel is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DndStatus {
    /// Do not disturb is on.
    Active,
    /// The channel is open.
    Inactive,
    /// Closed for good, by the contact or the carrier.
    Permanent,
}

impl DndStatus {
    const WORDS: [(&'static str, Self); 3] =
        [("active", Self::Active), ("inactive", Self::Inactive), ("permanent", Self::Permanent)];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, status)| *status == self).map_or("", |(word, _)| word)
    }

    /// Reads the required field `status`, one of the first `known` words.
    fn read(fields: &mut Fields<'_>, known: usize) -> Self {
        let words: Vec<_> = Self::WORDS[..known].iter().map(|(word, _)| *word).collect();
        if fields.value("status").is_none_or(serde_json::Value::is_null) {
            fields.fault("status", "should not be empty");
        }
        let word = fields.one_of("status", &words);
        Self::WORDS.iter().find(|(name, _)| Some(*name) == word).map_or(Self::Inactive, |(_, status)| *status)
    }
}

/// One channel's state and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DndSetting {
    /// Whether the channel is closed.
    pub status: DndStatus,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why, as a carrier's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Words by which a contact closes a channel; each is then the setting's `code`.
pub const OPT_OUTS: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];

impl DndSetting {
    /// Whether the contact closed the channel itself: by a word, or by the link in an e-mail.
    #[must_use]
    pub fn is_opt_out(&self) -> bool {
        self.status != DndStatus::Inactive
            && self.code.as_deref().is_some_and(|code| OPT_OUTS.contains(&code))
    }

    /// How little opens the channel again, from 0 for an open one to nothing at all.
    fn firmness(&self) -> u8 {
        match self.status {
            DndStatus::Inactive => 0,
            DndStatus::Active if self.is_opt_out() => 2,
            DndStatus::Active => 1,
            DndStatus::Permanent => 3,
        }
    }
}

/// The channels about which anything is known; serialised with v2's keys, which are also the stored ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DndSettings(pub BTreeMap<Channel, DndSetting>);

impl DndSettings {
    /// Reads the object `dndSettings` of a body, whose keys may have either version's spelling.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let mut settings = BTreeMap::new();
        for (channel, spellings) in Channel::SPELLINGS {
            for name in spellings {
                let setting = fields.object(name, |setting| DndSetting {
                    status: DndStatus::read(setting, 3),
                    message: setting.text("message").into_option(),
                    code: setting.text("code").into_option(),
                });
                settings.extend(setting.into_option().map(|setting| (channel, setting)));
            }
        }
        Self(settings)
    }

    /// Whether a channel is closed; one of which nothing is known is open.
    #[must_use]
    pub fn status(&self, channel: Channel) -> DndStatus {
        self.0.get(&channel).map_or(DndStatus::Inactive, |setting| setting.status)
    }

    /// The channels of `changed` replace those of `self`; the others stay.
    pub fn merged(&self, changed: Self) -> Self {
        let mut all = self.0.clone();
        all.extend(changed.0);
        Self(all)
    }

    /// Closes these channels. What is closed stays as it is: for good, or by a word of the contact's.
    pub(super) fn close(&mut self, channels: &[Channel]) {
        for channel in channels {
            if self.status(*channel) == DndStatus::Inactive {
                let setting = DndSetting { status: DndStatus::Active, message: None, code: None };
                self.0.insert(*channel, setting);
            }
        }
    }

    /// Closes what `other` has closed. Of two that are closed the firmer one stays.
    pub fn unite(&mut self, other: &Self) {
        for (channel, setting) in &other.0 {
            let known = self.0.get(channel);
            if known.is_none_or(|known| known.firmness() < setting.firmness()) {
                self.0.insert(*channel, setting.clone());
            }
        }
    }

    /// The same settings under v3's keys.
    pub(crate) fn v3(&self) -> BTreeMap<&'static str, &DndSetting> {
        self.0.iter().map(|(channel, setting)| (channel.v3_name(), setting)).collect()
    }
}

/// Whether the contact's own messages are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundDnd {
    /// All channels at once: the only switch there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<DndSetting>,
}

impl InboundDnd {
    /// Reads the object `inboundDndSettings` of a body.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let all = fields.object("all", |all| DndSetting {
            status: DndStatus::read(all, 2),
            message: all.text("message").into_option(),
            code: None,
        });
        Self { all: all.into_option() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: serde_json::Value) -> Result<DndSettings, String> {
        let mut fields = Fields::of_body(body.as_object().unwrap());
        let settings = DndSettings::read(&mut fields);
        fields.finish().map(|()| settings).map_err(|faults| faults.to_string())
    }

    #[test]
    fn both_spellings_mean_the_same_channel() {
        let v2 =
            read(json!({"SMS": {"status": "active", "message": "m"}, "Live Chat": {"status": "permanent"}}));
        let v3 =
            read(json!({"sms": {"status": "active", "message": "m"}, "liveChat": {"status": "permanent"}}));
        assert_eq!(v2, v3);
        let settings = v2.expect("valid");
        insta::assert_json_snapshot!(settings, @r#"
        {
          "SMS": {
            "status": "active",
            "message": "m"
          },
          "Live_Chat": {
            "status": "permanent"
          }
        }
        "#);
        assert_eq!(settings.v3().into_keys().collect::<Vec<_>>(), ["liveChat", "sms"]);
        let stored: DndSettings = serde_json::from_value(json!(settings)).expect("reads what it wrote");
        assert_eq!(stored, settings);
    }

    #[test]
    fn faults_name_their_place() {
        let faults = read(json!({"SMS": {"status": "on"}, "Fax": {"status": "active"}, "Call": {}}));
        insta::assert_snapshot!(faults.expect_err("three faults"), @"property Fax should not exist, Call.status should not be empty, SMS.status must be one of the following values: active, inactive, permanent");
    }

    #[test]
    fn a_merge_touches_only_the_channels_named() {
        let before =
            read(json!({"SMS": {"status": "active"}, "Email": {"status": "active"}})).expect("valid");
        let after = before.merged(read(json!({"SMS": {"status": "inactive"}})).expect("valid"));
        assert_eq!(after.0[&Channel::Sms].status, DndStatus::Inactive);
        assert_eq!(after.0[&Channel::Email].status, DndStatus::Active);
    }
}
