//! OAuth scopes: the closed set that the real service documents, and sets of them. Some are ours: `workflows.write` and
//! `campaigns.write`, since the real service has no operation that changes a workflow or a campaign, and those of [`OWN`], which no app is ever granted.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of every scope, in alphabetical order.
pub const NAMES: [&str; 154] = [
    "adPublishing.readonly",
    "adPublishing.write",
    "affiliate-manager.readonly",
    "agent-studio.readonly",
    "agent-studio.write",
    "apps.readonly",
    "apps.write",
    "associations.readonly",
    "associations.write",
    "associations/relation.readonly",
    "associations/relation.write",
    "blogs/author.readonly",
    "blogs/category.readonly",
    "blogs/check-slug.readonly",
    "blogs/list.readonly",
    "blogs/post-update.write",
    "blogs/post.write",
    "blogs/posts.readonly",
    "brand-boards/design-kit.readonly",
    "brand-boards/design-kit.write",
    "businesses.readonly",
    "businesses.write",
    "calendars.readonly",
    "calendars.write",
    "calendars/events.readonly",
    "calendars/events.write",
    "calendars/groups.readonly",
    "calendars/groups.write",
    "calendars/resources.readonly",
    "calendars/resources.write",
    "campaigns.readonly",
    "campaigns.write",
    "charges.readonly",
    "charges.write",
    "chat-widget.readonly",
    "chat-widget.write",
    "companies.readonly",
    "contacts.readonly",
    "contacts.write",
    "conversation-ai.readonly",
    "conversation-ai.write",
    "conversations.readonly",
    "conversations.write",
    "conversations/livechat.write",
    "conversations/message.readonly",
    "conversations/message.write",
    "courses.write",
    "custom-menu-link.readonly",
    "custom-menu-link.write",
    "documents_contracts/list.readonly",
    "documents_contracts/sendlink.write",
    "documents_contracts_templates/list.readonly",
    "documents_contracts_templates/sendlink.write",
    "emails/builder.readonly",
    "emails/builder.write",
    "emails/campaigns.readonly",
    "emails/campaigns.write",
    "emails/schedule.readonly",
    "emails/stats.readonly",
    "emails/templates.readonly",
    "emails/templates.write",
    "forms.readonly",
    "forms.write",
    "funnels/funnel.readonly",
    "funnels/page.readonly",
    "funnels/pagecount.readonly",
    "funnels/redirect.readonly",
    "funnels/redirect.write",
    "invoices.readonly",
    "invoices.write",
    "invoices/estimate.readonly",
    "invoices/estimate.write",
    "invoices/schedule.readonly",
    "invoices/schedule.write",
    "invoices/template.readonly",
    "invoices/template.write",
    "lc-email.readonly",
    "links.readonly",
    "links.write",
    "locations.internal-access-only",
    "locations.readonly",
    "locations.write",
    "locations/customFields.readonly",
    "locations/customFields.write",
    "locations/customValues.readonly",
    "locations/customValues.write",
    "locations/tags.readonly",
    "locations/tags.write",
    "locations/tasks.readonly",
    "locations/templates.readonly",
    "locations/write",
    "marketplace-external-auth-migration.write",
    "marketplace-installer-details.readonly",
    "medias.readonly",
    "medias.write",
    "numberpools.read",
    "oauth.readonly",
    "oauth.write",
    "objects/record.readonly",
    "objects/record.write",
    "objects/schema.readonly",
    "objects/schema.write",
    "opportunities.readonly",
    "opportunities.write",
    "payments/coupons.readonly",
    "payments/coupons.write",
    "payments/custom-provider.readonly",
    "payments/custom-provider.write",
    "payments/integration.readonly",
    "payments/integration.write",
    "payments/orders.collectPayment",
    "payments/orders.readonly",
    "payments/orders.write",
    "payments/subscriptions.readonly",
    "payments/transactions.readonly",
    "phonenumbers.read",
    "phonenumbers.write",
    "products.readonly",
    "products.write",
    "products/collection.readonly",
    "products/collection.write",
    "products/prices.readonly",
    "products/prices.write",
    "requests.readonly",
    "saas/company.read",
    "saas/company.write",
    "saas/location.read",
    "saas/location.write",
    "snapshots.readonly",
    "snapshots.write",
    "socialplanner/account.readonly",
    "socialplanner/account.write",
    "socialplanner/category.readonly",
    "socialplanner/category.write",
    "socialplanner/csv.readonly",
    "socialplanner/csv.write",
    "socialplanner/oauth.readonly",
    "socialplanner/oauth.write",
    "socialplanner/post.readonly",
    "socialplanner/post.write",
    "socialplanner/statistics.readonly",
    "socialplanner/tag.readonly",
    "surveys.readonly",
    "tokens.readonly",
    "tokens.write",
    "users.readonly",
    "users.write",
    "voice-ai-agent-goals.readonly",
    "voice-ai-agent-goals.write",
    "voice-ai-agents.readonly",
    "voice-ai-agents.write",
    "voice-ai-dashboard.readonly",
    "workflows.readonly",
    "workflows.write",
];

/// Scopes that only an agency's own credentials have: whoever manages apps and tokens decides what others may do.
pub const OWN: [&str; 5] =
    ["apps.readonly", "apps.write", "requests.readonly", "tokens.readonly", "tokens.write"];

/// One scope, such as `contacts.readonly`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(u8);

impl Scope {
    /// The scope of this name; `None` when the real service knows no such scope.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        NAMES.binary_search(&name).ok().and_then(|i| u8::try_from(i).ok()).map(Self)
    }

    /// The name as tokens and pages spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

static ALL: LazyLock<String> = LazyLock::new(|| NAMES.join(" "));

/// A set of scopes: three words, copied freely.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeSet([u64; 3]);

impl ScopeSet {
    /// Every scope there is.
    #[must_use]
    pub fn all() -> Self {
        (0..NAMES.len()).filter_map(|i| u8::try_from(i).ok()).map(Scope).collect()
    }

    /// Whether `scope` is in the set.
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0[usize::from(scope.0) / 64] & (1 << (scope.0 % 64)) != 0
    }

    /// Whether at least one of `wanted` is in the set; an empty wish is granted.
    #[must_use]
    pub fn any_of(&self, wanted: &[Scope]) -> bool {
        wanted.is_empty() || wanted.iter().any(|s| self.contains(*s))
    }

    /// The set without `scope`.
    #[must_use]
    pub fn without(mut self, scope: Scope) -> Self {
        self.0[usize::from(scope.0) / 64] &= !(1 << (scope.0 % 64));
        self
    }

    /// The scopes that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1], self.0[2] & other.0[2]])
    }

    /// Whether every scope of this set is in `other`.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 3]
    }

    /// Every scope that an app can be granted.
    #[must_use]
    pub fn grantable() -> Self {
        OWN.iter().filter_map(|name| Scope::parse(name)).fold(Self::all(), Self::without)
    }

    /// Reads names separated by white space or commas; the error names the first unknown one.
    ///
    /// # Errors
    /// The name that is no scope.
    pub fn parse(text: &str) -> Result<Self, String> {
        // Tokens with every scope are common, and each request reads its token: 147 look-ups saved.
        if text == *ALL {
            return Ok(Self::all());
        }
        text.split([' ', ',', '+', '\n'])
            .filter(|name| !name.is_empty())
            .map(|name| Scope::parse(name).ok_or_else(|| name.to_owned()))
            .collect()
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        (0..NAMES.len()).filter_map(|i| u8::try_from(i).ok()).map(Scope).filter(|s| self.contains(*s))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        let mut set = Self::default();
        for scope in scopes {
            set.0[usize::from(scope.0) / 64] |= 1 << (scope.0 % 64);
        }
        set
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { " " }, scope.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|name| serde::de::Error::custom(format!("`{name}` is no scope")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_or_the_search_would_miss_some() {
        assert!(NAMES.is_sorted());
        assert_eq!(ScopeSet::all().iter().count(), NAMES.len());
    }

    #[test]
    fn what_is_grantable_is_all_but_our_own() {
        let own: Vec<_> = ScopeSet::all().iter().filter(|s| !ScopeSet::grantable().contains(*s)).collect();
        assert_eq!(own.iter().map(|scope| scope.name()).collect::<Vec<_>>(), OWN);
        assert!(ScopeSet::grantable().is_within(ScopeSet::all()));
        assert!(!ScopeSet::all().is_within(ScopeSet::grantable()));
    }

    #[test]
    fn a_set_reads_what_it_writes_and_names_what_it_cannot() {
        let set = ScopeSet::parse("contacts.write contacts.readonly").expect("both are scopes");
        assert_eq!(set.to_string(), "contacts.readonly contacts.write");
        assert_eq!(ScopeSet::parse("contacts.readonly contacts.own"), Err("contacts.own".to_owned()));
        let write = Scope::parse("contacts.write").expect("is a scope");
        assert!(set.contains(write) && !set.without(write).contains(write));
    }
}
