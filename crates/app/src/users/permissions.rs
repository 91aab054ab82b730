//! What a person may do, as 38 switches. Each has a documented default, which holds where nothing was said.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! switches {
    ($($name:ident => $spelled:literal, $default:literal;)*) => {
        /// One switch.
        #[expect(missing_docs, reason = "the names are the real service's, and say all that is documented")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Permission { $($name,)* }

        impl Permission {
            /// All of them, in the documented order.
            pub const ALL: &[Permission] = &[$(Permission::$name,)*];

            /// As bodies spell it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $spelled,)* }
            }

            /// Whether it is on where nothing was said.
            #[must_use]
            pub fn default(self) -> bool {
                match self { $(Self::$name => $default,)* }
            }
        }
    };
}

switches! {
    CampaignsEnabled => "campaignsEnabled", true;
    CampaignsReadOnly => "campaignsReadOnly", false;
    ContactsEnabled => "contactsEnabled", true;
    WorkflowsEnabled => "workflowsEnabled", true;
    WorkflowsReadOnly => "workflowsReadOnly", false;
    TriggersEnabled => "triggersEnabled", true;
    FunnelsEnabled => "funnelsEnabled", true;
    WebsitesEnabled => "websitesEnabled", false;
    OpportunitiesEnabled => "opportunitiesEnabled", true;
    DashboardStatsEnabled => "dashboardStatsEnabled", true;
    BulkRequestsEnabled => "bulkRequestsEnabled", true;
    AppointmentsEnabled => "appointmentsEnabled", true;
    ReviewsEnabled => "reviewsEnabled", true;
    OnlineListingsEnabled => "onlineListingsEnabled", true;
    PhoneCallEnabled => "phoneCallEnabled", true;
    ConversationsEnabled => "conversationsEnabled", true;
    AssignedDataOnly => "assignedDataOnly", false;
    AdwordsReportingEnabled => "adwordsReportingEnabled", false;
    MembershipEnabled => "membershipEnabled", false;
    FacebookAdsReportingEnabled => "facebookAdsReportingEnabled", false;
    AttributionsReportingEnabled => "attributionsReportingEnabled", false;
    SettingsEnabled => "settingsEnabled", true;
    TagsEnabled => "tagsEnabled", true;
    LeadValueEnabled => "leadValueEnabled", true;
    MarketingEnabled => "marketingEnabled", true;
    AgentReportingEnabled => "agentReportingEnabled", true;
    BotService => "botService", false;
    SocialPlanner => "socialPlanner", true;
    BloggingEnabled => "bloggingEnabled", true;
    InvoiceEnabled => "invoiceEnabled", true;
    AffiliateManagerEnabled => "affiliateManagerEnabled", true;
    ContentAiEnabled => "contentAiEnabled", true;
    RefundsEnabled => "refundsEnabled", true;
    RecordPaymentEnabled => "recordPaymentEnabled", true;
    CancelSubscriptionEnabled => "cancelSubscriptionEnabled", true;
    PaymentsEnabled => "paymentsEnabled", true;
    CommunitiesEnabled => "communitiesEnabled", true;
    ExportPaymentsEnabled => "exportPaymentsEnabled", true;
}

/// The switches of one person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u64);

impl Permissions {
    /// Whether `permission` is on.
    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// With `permission` on or off.
    #[must_use]
    pub fn with(self, permission: Permission, on: bool) -> Self {
        Self(if on { self.0 | bit(permission) } else { self.0 & !bit(permission) })
    }
}

fn bit(permission: Permission) -> u64 {
    1 << (permission as u64)
}

impl Default for Permissions {
    fn default() -> Self {
        Permission::ALL.iter().fold(Self(0), |all, one| all.with(*one, one.default()))
    }
}

impl std::fmt::Debug for Permissions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let on = Permission::ALL.iter().filter(|one| self.has(**one));
        f.debug_list().entries(on).finish()
    }
}

/// All 38, as bodies and the table have them.
impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Permission::ALL.iter().map(|one| (one.name(), self.has(*one))))
    }
}

/// What is missing has its default; other names are let pass.
impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = BTreeMap::<String, bool>::deserialize(deserializer)?;
        let known = Permission::ALL.iter().filter_map(|one| Some((*one, *said.get(one.name())?)));
        Ok(known.fold(Self::default(), |all, (one, on)| all.with(one, on)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_said_has_its_default() {
        assert_eq!(Permission::ALL.len(), 38);
        let off = Permission::ALL.iter().filter(|one| !Permissions::default().has(**one)).count();
        assert_eq!(off, 9, "nine are off by default");
        let read: Permissions =
            serde_json::from_str(r#"{"botService":true,"tagsEnabled":false,"x":true}"#).unwrap();
        assert!(read.has(Permission::BotService) && !read.has(Permission::TagsEnabled));
        assert!(read.has(Permission::ContactsEnabled) && !read.has(Permission::WebsitesEnabled));
        let again: Permissions = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }
}
