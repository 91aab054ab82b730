// Code of the integrator's guide that more than one test runs, as it is printed there.

/** The handler that tells Slack of a won deal. */
export const TO_SLACK = `// Outbound webhook from GHL to your server
app.post('/ghl-webhook', (req, res) => {
const { type, opportunity, contact } = req.body;
if (type === 'OpportunityWon') {
const message = {
text: \`🎉 New sale! \${contact.firstName} \${contact.lastName} - $\${opportunity.monetaryValue}\`,
channel: '#sales'
};
// Send to Slack
fetch(SLACK_WEBHOOK_URL, {
method: 'POST',
body: JSON.stringify(message)
});
}
res.sendStatus(200);
});`;

/** The dashboard's sums. */
export const DASHBOARD = `async function fetchDashboardData() {
const [contacts, opportunities] = await Promise.all([
fetch('/contacts?limit=100', { headers: authHeaders }),
fetch('/opportunities?limit=100', { headers: authHeaders })
]);
const contactsData = await contacts.json();
const opportunitiesData = await opportunities.json();
return {
totalContacts: contactsData.meta.total,
newContactsThisMonth: contactsData.contacts.filter(isThisMonth).length,
pipelineValue: opportunitiesData.opportunities.reduce((sum, opp) =>
sum + opp.monetaryValue, 0
)
};
}`;
