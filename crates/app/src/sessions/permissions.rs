//! What a person may do, as scopes: so the edge asks people and tokens the same question, and no handler asks it anew.
//!
//! Where a switch and the scopes do not meet exactly, the person gets less. `assignedDataOnly` is the strict case: records
//! are not yet told apart by whom they are assigned to, so such a person gets none of them.

use std::sync::LazyLock;

use leadhold_kernel::{Scope, ScopeSet};

use crate::users::{Permission, Role, Type, User};

/// What only an agency's administrator may do, besides what no app is ever granted. Whoever pays what apps charge does not
/// give it back.
const AGENCY: &str = "charges.write companies.readonly custom-menu-link.write locations.internal-access-only \
    marketplace-external-auth-migration.write marketplace-installer-details.readonly oauth.readonly oauth.write \
    saas/company.read saas/company.write saas/location.read saas/location.write snapshots.readonly snapshots.write";

/// What an agency's other people may do at the agency: find their way.
const AGENCY_USER: &str = "companies.readonly locations.readonly users.readonly custom-menu-link.readonly";

/// The same for those who see only some of its locations: lists of the agency tell of all of them.
const RESTRICTED_USER: &str = "companies.readonly custom-menu-link.readonly";

/// What everybody may do at a location of theirs: read what the records are made of.
const EVERYBODY: &str = "custom-menu-link.readonly forms.readonly locations.readonly locations/customFields.readonly \
    locations/customValues.readonly locations/tags.readonly locations/templates.readonly medias.readonly \
    objects/schema.readonly surveys.readonly users.readonly";

/// What a switch opens for an account's user: the scopes, and those of them that its read-only switch closes again.
struct Opens {
    switch: Permission,
    scopes: &'static str,
    unless: Option<(Permission, &'static str)>,
}

const fn opens(switch: Permission, scopes: &'static str) -> Opens {
    Opens { switch, scopes, unless: None }
}

use Permission as P;

const TABLE: &[Opens] = &[
    opens(
        P::ContactsEnabled,
        "contacts.readonly contacts.write businesses.readonly businesses.write locations/tasks.readonly \
         associations.readonly associations/relation.readonly associations/relation.write objects/record.readonly \
         objects/record.write",
    ),
    Opens {
        switch: P::WorkflowsEnabled,
        scopes: "workflows.readonly workflows.write",
        unless: Some((P::WorkflowsReadOnly, "workflows.write")),
    },
    Opens {
        switch: P::CampaignsEnabled,
        scopes: "campaigns.readonly campaigns.write emails/campaigns.readonly emails/campaigns.write \
                 emails/schedule.readonly emails/stats.readonly",
        unless: Some((P::CampaignsReadOnly, "campaigns.write emails/campaigns.write")),
    },
    opens(P::TriggersEnabled, "links.readonly links.write"),
    opens(P::OpportunitiesEnabled, "opportunities.readonly opportunities.write"),
    opens(
        P::AppointmentsEnabled,
        "calendars.readonly calendars.write calendars/events.readonly calendars/events.write calendars/groups.readonly \
         calendars/groups.write calendars/resources.readonly calendars/resources.write",
    ),
    opens(
        P::ConversationsEnabled,
        "conversations.readonly conversations.write conversations/livechat.write conversations/message.readonly \
         conversations/message.write",
    ),
    opens(P::PhoneCallEnabled, "numberpools.read phonenumbers.read"),
    opens(P::TagsEnabled, "locations/tags.readonly locations/tags.write"),
    opens(
        P::SettingsEnabled,
        "associations.readonly associations.write brand-boards/design-kit.readonly brand-boards/design-kit.write \
         chat-widget.readonly chat-widget.write locations/customFields.write locations/customValues.write medias.write \
         objects/schema.write",
    ),
    opens(
        P::FunnelsEnabled,
        "forms.write funnels/funnel.readonly funnels/page.readonly funnels/pagecount.readonly funnels/redirect.readonly \
         funnels/redirect.write",
    ),
    opens(
        P::WebsitesEnabled,
        "funnels/funnel.readonly funnels/page.readonly funnels/pagecount.readonly funnels/redirect.readonly \
         funnels/redirect.write",
    ),
    opens(
        P::MarketingEnabled,
        "emails/builder.readonly emails/builder.write emails/templates.readonly emails/templates.write lc-email.readonly",
    ),
    opens(
        P::SocialPlanner,
        "socialplanner/account.readonly socialplanner/account.write socialplanner/category.readonly \
         socialplanner/category.write socialplanner/csv.readonly socialplanner/csv.write socialplanner/oauth.readonly \
         socialplanner/oauth.write socialplanner/post.readonly socialplanner/post.write socialplanner/statistics.readonly \
         socialplanner/tag.readonly",
    ),
    opens(
        P::BloggingEnabled,
        "blogs/author.readonly blogs/category.readonly blogs/check-slug.readonly blogs/list.readonly \
         blogs/post-update.write blogs/post.write blogs/posts.readonly",
    ),
    opens(
        P::InvoiceEnabled,
        "invoices.readonly invoices.write invoices/estimate.readonly invoices/estimate.write invoices/schedule.readonly \
         invoices/schedule.write invoices/template.readonly invoices/template.write",
    ),
    opens(
        P::PaymentsEnabled,
        "payments/coupons.readonly payments/coupons.write payments/orders.readonly payments/orders.write \
         payments/subscriptions.readonly payments/transactions.readonly products.readonly products.write \
         products/collection.readonly products/collection.write products/prices.readonly products/prices.write",
    ),
    opens(P::RecordPaymentEnabled, "payments/orders.collectPayment"),
    opens(P::AffiliateManagerEnabled, "affiliate-manager.readonly"),
    opens(P::MembershipEnabled, "courses.write"),
    opens(
        P::BotService,
        "agent-studio.readonly agent-studio.write conversation-ai.readonly conversation-ai.write \
         voice-ai-agent-goals.readonly voice-ai-agent-goals.write voice-ai-agents.readonly voice-ai-agents.write \
         voice-ai-dashboard.readonly",
    ),
    opens(P::AdwordsReportingEnabled, "adPublishing.readonly"),
    opens(P::FacebookAdsReportingEnabled, "adPublishing.readonly"),
];

/// What is assigned to people.
const ASSIGNED: &[&str] =
    &["contacts", "opportunities", "conversations", "calendars/events", "locations/tasks", "objects/record"];

/// The scopes of a person at a location of theirs, or at their agency.
#[must_use]
pub fn scopes(user: &User, at_location: bool) -> ScopeSet {
    static AT_LOCATION: LazyLock<ScopeSet> =
        LazyLock::new(|| set(AGENCY).iter().fold(ScopeSet::grantable(), ScopeSet::without));
    match (user.kind, user.role, at_location) {
        (Type::Agency, Role::Admin, _) => ScopeSet::all(),
        (Type::Agency, Role::User, true) | (Type::Account, Role::Admin, true) => *AT_LOCATION,
        (Type::Agency, Role::User, false) if user.is_restricted() => set(RESTRICTED_USER),
        (Type::Agency, Role::User, false) => set(AGENCY_USER),
        (Type::Account, _, false) => ScopeSet::default(),
        (Type::Account, Role::User, true) => of_switches(user),
    }
}

fn of_switches(user: &User) -> ScopeSet {
    let on = |permission| user.permissions.has(permission);
    let mut scopes = set(EVERYBODY);
    for row in TABLE.iter().filter(|row| on(row.switch)) {
        let closed = row
            .unless
            .filter(|(switch, _)| on(*switch))
            .map_or(ScopeSet::default(), |(_, closed)| set(closed));
        scopes =
            scopes.iter().chain(set(row.scopes).iter().filter(|scope| !closed.contains(*scope))).collect();
    }
    if on(P::AssignedDataOnly) {
        let of_records = |scope: &Scope| {
            let subject = scope.name().rsplit_once('.').map_or("", |(subject, _)| subject);
            ASSIGNED.iter().any(|kind| {
                subject == *kind || subject.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        scopes = scopes.iter().filter(of_records).fold(scopes, ScopeSet::without);
    }
    scopes
}

/// The scopes of a text of this file; the tests read all of them.
fn set(names: &str) -> ScopeSet {
    ScopeSet::parse(names).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leadhold_kernel::{Id, Timestamp};

    use super::*;
    use crate::users::Permissions;

    fn user(kind: Type, role: Role, permissions: Permissions) -> User {
        User {
            id: Id::parse("u").unwrap(),
            company_id: Id::parse("c").unwrap(),
            email: "u@example.com".into(),
            first_name: "U".into(),
            last_name: String::new(),
            phone: None,
            kind,
            role,
            location_ids: Vec::new(),
            permissions,
            scopes: None,
            scopes_assigned_to_only: None,
            profile_photo: None,
            twilio_phone: BTreeMap::new(),
            platform_language: None,
            deleted: false,
            created_at: Timestamp(0),
        }
    }

    fn with(changes: &[(Permission, bool)]) -> ScopeSet {
        let permissions = changes.iter().fold(Permissions::default(), |all, (one, on)| all.with(*one, *on));
        scopes(&user(Type::Account, Role::User, permissions), true)
    }

    fn has(scopes: ScopeSet, name: &str) -> bool {
        scopes.contains(Scope::parse(name).unwrap())
    }

    /// Switches that no documented operation asks for.
    const NO_SCOPE: &[Permission] = &[
        P::DashboardStatsEnabled,
        P::BulkRequestsEnabled,
        P::ReviewsEnabled,
        P::OnlineListingsEnabled,
        P::AttributionsReportingEnabled,
        P::LeadValueEnabled,
        P::AgentReportingEnabled,
        P::ContentAiEnabled,
        P::RefundsEnabled,
        P::CancelSubscriptionEnabled,
        P::CommunitiesEnabled,
        P::ExportPaymentsEnabled,
    ];

    #[test]
    fn every_text_is_of_scopes_and_every_switch_has_its_place() {
        let unless = TABLE.iter().filter_map(|row| row.unless);
        let texts = TABLE.iter().map(|row| row.scopes).chain(unless.clone().map(|(_, text)| text));
        for text in texts.chain([AGENCY, AGENCY_USER, RESTRICTED_USER, EVERYBODY]) {
            assert!(ScopeSet::parse(text).is_ok_and(|set| !set.is_empty()), "{text}");
        }
        let used: Vec<Permission> =
            TABLE.iter().map(|row| row.switch).chain(unless.map(|(switch, _)| switch)).collect();
        for switch in Permission::ALL {
            let places = usize::from(used.contains(switch)) + usize::from(NO_SCOPE.contains(switch));
            let places = places + usize::from(*switch == P::AssignedDataOnly);
            assert_eq!(places, 1, "{switch:?}");
        }
    }

    #[test]
    fn each_switch_opens_and_closes_what_its_row_says() {
        for row in TABLE {
            let (on, off) = (with(&[(row.switch, true)]), with(&[(row.switch, false)]));
            assert!(set(row.scopes).is_within(on), "{:?}", row.switch);
            let elsewhere = |scope: &Scope| {
                set(EVERYBODY).contains(*scope)
                    || TABLE.iter().any(|other| {
                        other.switch != row.switch
                            && Permissions::default().has(other.switch)
                            && set(other.scopes).contains(*scope)
                    })
            };
            for scope in set(row.scopes).iter().filter(|scope| !elsewhere(scope)) {
                assert!(!off.contains(scope), "{scope:?} without {:?}", row.switch);
            }
            if let Some((read_only, closed)) = row.unless {
                let both = with(&[(row.switch, true), (read_only, true)]);
                assert!(set(closed).iter().all(|scope| !both.contains(scope)), "{read_only:?}");
                assert!(
                    set(row.scopes).iter().any(|scope| both.contains(scope)),
                    "{read_only:?} still reads"
                );
            }
        }
    }

    #[test]
    fn nobody_but_an_agencys_administrator_administers_the_agency() {
        let of = |kind, role, at| scopes(&user(kind, role, Permissions::default()), at);
        let admin = of(Type::Agency, Role::Admin, false);
        assert_eq!(admin, ScopeSet::all());
        let others = [
            of(Type::Agency, Role::User, true),
            of(Type::Agency, Role::User, false),
            of(Type::Account, Role::Admin, true),
            of(Type::Account, Role::User, true),
        ];
        for scopes in others {
            for name in
                ["oauth.write", "saas/company.write", "snapshots.write", "apps.readonly", "tokens.write"]
            {
                assert!(!has(scopes, name), "{name}");
            }
        }
        assert!(has(of(Type::Account, Role::Admin, true), "contacts.write"));
        assert!(has(of(Type::Agency, Role::User, false), "locations.readonly"));
        assert!(!has(of(Type::Agency, Role::User, false), "locations.write"));
        assert!(of(Type::Account, Role::Admin, false).is_empty());
        assert!(!has(of(Type::Account, Role::User, true), "users.write"));
    }

    #[test]
    fn who_sees_only_what_is_assigned_sees_no_records_yet() {
        let narrow = with(&[(P::AssignedDataOnly, true)]);
        for name in [
            "contacts.readonly",
            "opportunities.write",
            "conversations/message.readonly",
            "calendars/events.readonly",
        ] {
            assert!(has(with(&[]), name) && !has(narrow, name), "{name}");
        }
        assert!(has(narrow, "workflows.readonly") && has(narrow, "calendars.readonly"));
    }
}
