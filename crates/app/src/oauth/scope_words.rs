//! Scopes in words, for the people who grant them.

use leadhold_kernel::{Scope, ScopeSet};
use serde::Serialize;

/// Each scope's name, the group that it is shown in, and what whoever has it may do. In the order of the names.
#[rustfmt::skip]
const WORDS: [(&str, &str, &str); 154] = [
    ("adPublishing.readonly", "Advertising", "See ads, campaigns and their figures"),
    ("adPublishing.write", "Advertising", "Create, change and publish ads and campaigns"),
    ("affiliate-manager.readonly", "Affiliates", "See affiliates, their campaigns and payouts"),
    ("agent-studio.readonly", "AI agents", "See agents of the agent studio and what they did"),
    ("agent-studio.write", "AI agents", "Create, change and run agents of the agent studio"),
    ("apps.readonly", "Apps and tokens", "See the agency's apps"),
    ("apps.write", "Apps and tokens", "Register, change and delete the agency's apps"),
    ("associations.readonly", "Objects", "See how kinds of records can be linked"),
    ("associations.write", "Objects", "Define how kinds of records can be linked"),
    ("associations/relation.readonly", "Objects", "See which records are linked"),
    ("associations/relation.write", "Objects", "Link records and undo links"),
    ("blogs/author.readonly", "Blogs", "See authors of blogs"),
    ("blogs/category.readonly", "Blogs", "See categories of blogs"),
    ("blogs/check-slug.readonly", "Blogs", "See whether the address of a blog post is free"),
    ("blogs/list.readonly", "Blogs", "See blogs"),
    ("blogs/post-update.write", "Blogs", "Change blog posts"),
    ("blogs/post.write", "Blogs", "Write blog posts"),
    ("blogs/posts.readonly", "Blogs", "Read blog posts"),
    ("brand-boards/design-kit.readonly", "Brand boards", "See brand boards"),
    ("brand-boards/design-kit.write", "Brand boards", "Create and change brand boards"),
    ("businesses.readonly", "Contacts", "See businesses"),
    ("businesses.write", "Contacts", "Create, change and delete businesses"),
    ("calendars.readonly", "Calendars", "See calendars and free slots"),
    ("calendars.write", "Calendars", "Create, change and delete calendars"),
    ("calendars/events.readonly", "Calendars", "See appointments and blocked times"),
    ("calendars/events.write", "Calendars", "Book, change and cancel appointments and block times"),
    ("calendars/groups.readonly", "Calendars", "See groups of calendars"),
    ("calendars/groups.write", "Calendars", "Create, change and delete groups of calendars"),
    ("calendars/resources.readonly", "Calendars", "See rooms and equipment that can be booked"),
    ("calendars/resources.write", "Calendars", "Create, change and delete rooms and equipment that can be booked"),
    ("campaigns.readonly", "Campaigns", "See campaigns"),
    ("campaigns.write", "Campaigns", "Create, change and delete campaigns"),
    ("charges.readonly", "Marketplace", "See what the app has charged"),
    ("charges.write", "Marketplace", "Charge the wallet for use of the app"),
    ("chat-widget.readonly", "Conversations", "See chat widgets"),
    ("chat-widget.write", "Conversations", "Create, change and delete chat widgets"),
    ("companies.readonly", "Agency", "See the agency's name and address"),
    ("contacts.readonly", "Contacts", "See contacts, their notes, tasks and tags"),
    ("contacts.write", "Contacts", "Create, change and delete contacts, their notes, tasks and tags"),
    ("conversation-ai.readonly", "AI agents", "See conversation agents and what they did"),
    ("conversation-ai.write", "AI agents", "Create, change and delete conversation agents"),
    ("conversations.readonly", "Conversations", "See the list of conversations"),
    ("conversations.write", "Conversations", "Start, change and delete conversations"),
    ("conversations/livechat.write", "Conversations", "Show in a live chat that somebody is typing"),
    ("conversations/message.readonly", "Conversations", "Read messages, their recordings and transcripts"),
    ("conversations/message.write", "Conversations", "Send messages and note calls"),
    ("courses.write", "Courses", "Import courses"),
    ("custom-menu-link.readonly", "Agency", "See custom menu links"),
    ("custom-menu-link.write", "Agency", "Create, change and delete custom menu links"),
    ("documents_contracts/list.readonly", "Documents", "See documents and contracts"),
    ("documents_contracts/sendlink.write", "Documents", "Send documents and contracts"),
    ("documents_contracts_templates/list.readonly", "Documents", "See templates of documents and contracts"),
    ("documents_contracts_templates/sendlink.write", "Documents", "Send documents and contracts from templates"),
    ("emails/builder.readonly", "Emails", "See email templates"),
    ("emails/builder.write", "Emails", "Create, change and delete email templates"),
    ("emails/campaigns.readonly", "Emails", "See email campaigns"),
    ("emails/campaigns.write", "Emails", "Create, change and send email campaigns"),
    ("emails/schedule.readonly", "Emails", "See scheduled emails"),
    ("emails/stats.readonly", "Emails", "See how many emails arrived, were opened and were clicked"),
    ("emails/templates.readonly", "Emails", "See the email template library"),
    ("emails/templates.write", "Emails", "Change the email template library"),
    ("forms.readonly", "Forms and surveys", "See forms and what was submitted"),
    ("forms.write", "Forms and surveys", "Upload files to forms"),
    ("funnels/funnel.readonly", "Funnels", "See funnels and websites"),
    ("funnels/page.readonly", "Funnels", "See pages of funnels"),
    ("funnels/pagecount.readonly", "Funnels", "See how many pages funnels have"),
    ("funnels/redirect.readonly", "Funnels", "See URL redirects"),
    ("funnels/redirect.write", "Funnels", "Create, change and delete URL redirects"),
    ("invoices.readonly", "Invoices", "See invoices"),
    ("invoices.write", "Invoices", "Create, change, send and void invoices"),
    ("invoices/estimate.readonly", "Invoices", "See estimates"),
    ("invoices/estimate.write", "Invoices", "Create, change and send estimates"),
    ("invoices/schedule.readonly", "Invoices", "See recurring invoices"),
    ("invoices/schedule.write", "Invoices", "Create, change and schedule recurring invoices"),
    ("invoices/template.readonly", "Invoices", "See invoice templates"),
    ("invoices/template.write", "Invoices", "Create, change and delete invoice templates"),
    ("lc-email.readonly", "Emails", "Check whether email addresses exist"),
    ("links.readonly", "Links", "See trigger links"),
    ("links.write", "Links", "Create, change and delete trigger links"),
    ("locations.internal-access-only", "Locations", "Use operations on locations that are meant for the platform itself"),
    ("locations.readonly", "Locations", "See locations and their settings"),
    ("locations.write", "Locations", "Create, change and delete locations"),
    ("locations/customFields.readonly", "Locations", "See custom fields"),
    ("locations/customFields.write", "Locations", "Create, change and delete custom fields"),
    ("locations/customValues.readonly", "Locations", "See custom values"),
    ("locations/customValues.write", "Locations", "Create, change and delete custom values"),
    ("locations/tags.readonly", "Locations", "See the list of tags"),
    ("locations/tags.write", "Locations", "Create, rename and delete tags"),
    ("locations/tasks.readonly", "Locations", "Search tasks"),
    ("locations/templates.readonly", "Locations", "See message templates"),
    ("locations/write", "Locations", "Change the details of a location"),
    ("marketplace-external-auth-migration.write", "Marketplace", "Move credentials of outside services into the app's connections"),
    ("marketplace-installer-details.readonly", "Marketplace", "See who installed the app, and where"),
    ("medias.readonly", "Media", "See files in the media library"),
    ("medias.write", "Media", "Upload, change and delete files in the media library"),
    ("numberpools.read", "Telephony", "See number pools"),
    ("oauth.readonly", "Marketplace", "See the locations on which the app is installed"),
    ("oauth.write", "Marketplace", "Get access to each location on which the app is installed"),
    ("objects/record.readonly", "Objects", "See records of custom objects"),
    ("objects/record.write", "Objects", "Create, change and delete records of custom objects"),
    ("objects/schema.readonly", "Objects", "See the definitions of custom objects and their fields"),
    ("objects/schema.write", "Objects", "Define and change custom objects and their fields"),
    ("opportunities.readonly", "Opportunities", "See opportunities and pipelines"),
    ("opportunities.write", "Opportunities", "Create, change and delete opportunities"),
    ("payments/coupons.readonly", "Payments", "See coupons"),
    ("payments/coupons.write", "Payments", "Create, change and delete coupons"),
    ("payments/custom-provider.readonly", "Payments", "See the connected payment provider"),
    ("payments/custom-provider.write", "Payments", "Connect and disconnect a payment provider"),
    ("payments/integration.readonly", "Payments", "See white-label payment integrations"),
    ("payments/integration.write", "Payments", "Create white-label payment integrations"),
    ("payments/orders.collectPayment", "Payments", "Record payments of orders"),
    ("payments/orders.readonly", "Payments", "See orders and their shipping"),
    ("payments/orders.write", "Payments", "Change orders and their shipping"),
    ("payments/subscriptions.readonly", "Payments", "See subscriptions"),
    ("payments/transactions.readonly", "Payments", "See transactions"),
    ("phonenumbers.read", "Telephony", "See phone numbers"),
    ("phonenumbers.write", "Telephony", "Buy, change and release phone numbers"),
    ("products.readonly", "Products", "See products"),
    ("products.write", "Products", "Create, change and delete products"),
    ("products/collection.readonly", "Products", "See collections of products"),
    ("products/collection.write", "Products", "Create, change and delete collections of products"),
    ("products/prices.readonly", "Products", "See prices and stock"),
    ("products/prices.write", "Products", "Create, change and delete prices and stock"),
    ("requests.readonly", "Apps and tokens", "See the log of API requests"),
    ("saas/company.read", "SaaS", "See the agency's SaaS plans and subscriptions"),
    ("saas/company.write", "SaaS", "Change the agency's SaaS plans and subscriptions"),
    ("saas/location.read", "SaaS", "See the SaaS subscription of a location"),
    ("saas/location.write", "SaaS", "Change the SaaS subscription of a location"),
    ("snapshots.readonly", "Agency", "See snapshots and where they were sent"),
    ("snapshots.write", "Agency", "Make links that share snapshots"),
    ("socialplanner/account.readonly", "Social planner", "See connected social accounts"),
    ("socialplanner/account.write", "Social planner", "Disconnect social accounts"),
    ("socialplanner/category.readonly", "Social planner", "See categories of posts"),
    ("socialplanner/category.write", "Social planner", "Create, change and delete categories of posts"),
    ("socialplanner/csv.readonly", "Social planner", "See imports of posts"),
    ("socialplanner/csv.write", "Social planner", "Import posts"),
    ("socialplanner/oauth.readonly", "Social planner", "See which social accounts can be connected"),
    ("socialplanner/oauth.write", "Social planner", "Connect social accounts"),
    ("socialplanner/post.readonly", "Social planner", "See social posts"),
    ("socialplanner/post.write", "Social planner", "Create, change and publish social posts"),
    ("socialplanner/statistics.readonly", "Social planner", "See how social posts did"),
    ("socialplanner/tag.readonly", "Social planner", "See tags of posts"),
    ("surveys.readonly", "Forms and surveys", "See surveys and what was submitted"),
    ("tokens.readonly", "Apps and tokens", "See private integration tokens and agency keys, without their secrets"),
    ("tokens.write", "Apps and tokens", "Create, change, rotate and revoke private integration tokens and agency keys"),
    ("users.readonly", "Users", "See users"),
    ("users.write", "Users", "Create, change and delete users"),
    ("voice-ai-agent-goals.readonly", "AI agents", "See what voice agents are to do in a call"),
    ("voice-ai-agent-goals.write", "AI agents", "Change what voice agents are to do in a call"),
    ("voice-ai-agents.readonly", "AI agents", "See voice agents"),
    ("voice-ai-agents.write", "AI agents", "Create, change and delete voice agents"),
    ("voice-ai-dashboard.readonly", "AI agents", "See the calls of voice agents"),
    ("workflows.readonly", "Workflows", "See workflows and their runs"),
    ("workflows.write", "Workflows", "Create, change and publish workflows"),
];

/// What whoever has this scope may do: "See opportunities and pipelines".
#[must_use]
pub fn of(scope: Scope) -> &'static str {
    row(scope).2
}

/// The group that a scope is shown in: "Opportunities".
#[must_use]
pub fn group(scope: Scope) -> &'static str {
    row(scope).1
}

fn row(scope: Scope) -> (&'static str, &'static str, &'static str) {
    let found = WORDS.binary_search_by_key(&scope.name(), |(name, _, _)| name);
    found.map_or((scope.name(), "Others", scope.name()), |at| WORDS[at])
}

/// The scopes of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// "Opportunities".
    pub title: &'static str,
    /// In the order of their names.
    pub scopes: Vec<Worded>,
}

/// A scope in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Worded {
    /// `opportunities.readonly`.
    pub name: &'static str,
    /// "See opportunities and pipelines".
    pub sentence: &'static str,
}

/// The scopes of a set, grouped; the groups in alphabetical order.
#[must_use]
pub fn grouped(scopes: ScopeSet) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for scope in scopes.iter() {
        let (title, worded) = (group(scope), Worded { name: scope.name(), sentence: of(scope) });
        match groups.binary_search_by_key(&title, |group| group.title) {
            Ok(at) => groups[at].scopes.push(worded),
            Err(at) => groups.insert(at, Group { title, scopes: vec![worded] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::scope::NAMES;

    use super::*;

    #[test]
    fn every_scope_has_words() {
        assert_eq!(WORDS.map(|(name, _, _)| name), NAMES);
    }

    #[test]
    fn no_two_scopes_are_told_alike() {
        let mut sentences = WORDS.map(|(_, _, sentence)| sentence);
        sentences.sort_unstable();
        let twice: Vec<_> = sentences.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn groups_are_sorted_and_lose_nothing() {
        let groups = grouped(ScopeSet::all());
        assert!(groups.is_sorted_by_key(|group| group.title));
        assert_eq!(groups.iter().map(|group| group.scopes.len()).sum::<usize>(), NAMES.len());
        let some =
            grouped(ScopeSet::parse("contacts.readonly opportunities.write businesses.readonly").unwrap());
        assert_eq!(some.iter().map(|group| group.title).collect::<Vec<_>>(), ["Contacts", "Opportunities"]);
    }
}
