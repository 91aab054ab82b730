// The deals of the integrator's guide, run as they are printed there: only the host, the ids and the token are put in.
// A deal is made and moved by the guide's curl, its dashboard adds the pipeline up, and its webhook handler tells of a sale.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { DASHBOARD, TO_SLACK } from '../guide.mjs';
import { curl, serve } from '../harness.mjs';

const run = promisify(execFile);
let server, auth;

before(async () => {
  server = await serve();
  auth = ['-H', `Authorization: Bearer ${server.demo.locationToken}`, '-H', 'Content-Type: application/json'];
});
after(() => server?.stop());

const CREATE = `curl -X POST "https://services.leadconnectorhq.com/opportunities/" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN" \\
-H "Content-Type: application/json" \\
-d '{
"title": "Website Redesign Project",
"stageId": "stage_id_here",
"pipelineId": "pipeline_id_here",
"contactId": "contact_id_here",
"monetaryValue": 5000,
"assignedTo": "user_id_here"
}'`;

const MOVE = `curl -X PUT "https://services.leadconnectorhq.com/opportunities/OPPORTUNITY_ID" \\
-H "Authorization: Bearer YOUR_ACCESS_TOKEN" \\
-H "Content-Type: application/json" \\
-d '{
"stageId": "new_stage_id_here"
}'`;

/** Runs a printed command with the real shell and curl. */
async function shell(snippet, ids) {
  let command = snippet
    .replace('https://services.leadconnectorhq.com', server.url)
    .replace('YOUR_ACCESS_TOKEN', server.demo.locationToken);
  for (const [placeholder, id] of Object.entries(ids)) {
    assert.ok(command.includes(placeholder), placeholder);
    command = command.replace(placeholder, id);
  }
  const { stdout } = await run('sh', ['-c', command]);
  return JSON.parse(stdout);
}

/** Runs printed JavaScript: relative URLs are this server's, and nothing else is put in. */
function script(source, result, names) {
  return new Function(...Object.keys(names), `${source}\nreturn ${result};`)(...Object.values(names));
}

let opportunity;

test('the guide makes a deal and moves it to another stage', async () => {
  const [first, second] = server.demo.pipelineStageIds;
  const json = JSON.stringify({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' });
  const contact = await curl('-X', 'POST', `${server.url}/contacts/`, ...auth, '-d', json);
  const made = await shell(CREATE, {
    stage_id_here: first,
    pipeline_id_here: server.demo.pipelineId,
    contact_id_here: contact.body.contact.id,
    user_id_here: 'zT46WSCPbudrq4zhWMk6',
  });
  opportunity = made.opportunity;
  assert.equal(opportunity.name, 'Website Redesign Project');
  assert.equal(opportunity.status, 'open');
  assert.equal(opportunity.pipelineStageId, first);
  const moved = await shell(MOVE, { OPPORTUNITY_ID: opportunity.id, new_stage_id_here: second });
  assert.equal(moved.opportunity.pipelineStageId, second);
  const found = await server.receiver.next('OpportunityStageUpdate', ({ body }) => body.type === 'OpportunityStageUpdate');
  assert.equal(found.body.opportunityId, opportunity.id);
  assert.equal(found.body.stageId, second);
  assert.equal(found.body.stageName, 'Contacted');
  assert.equal(found.body.monetaryValue, 5000);
});

test("the guide's dashboard adds the pipeline up", async () => {
  const at = (path, options) => fetch(new URL(path, server.url), options);
  const isThisMonth = contact => contact.dateAdded.slice(0, 7) === new Date().toISOString().slice(0, 7);
  const authHeaders = { Authorization: `Bearer ${server.demo.locationToken}` };
  const fetchDashboardData = script(DASHBOARD, 'fetchDashboardData', { fetch: at, authHeaders, isThisMonth });
  const data = await fetchDashboardData();
  assert.equal(data.pipelineValue, 5000);
  assert.ok(data.totalContacts >= 1);
  const { body } = await curl(`${server.url}/opportunities?limit=100`, ...auth);
  assert.equal(body.meta.total, 1);
});

test("the guide's handler tells of a won deal", async () => {
  const status = `${server.url}/opportunities/${opportunity.id}/status`;
  const done = await curl('-X', 'PUT', status, ...auth, '-d', JSON.stringify({ status: 'won' }));
  assert.equal(done.status, 200);
  const won = await server.receiver.next('OpportunityWon', ({ body }) => body.type === 'OpportunityWon');
  const told = [];
  const names = {
    app: { post: (path, handler) => told.push({ path, handler }) },
    fetch: (url, options) => told.push({ url, ...JSON.parse(options.body) }),
    SLACK_WEBHOOK_URL: 'https://hooks.slack.example/x',
  };
  script(TO_SLACK, 'null', names);
  told[0].handler({ body: won.body }, { sendStatus: code => assert.equal(code, 200) });
  assert.equal(told[1].text, '🎉 New sale! Ada Lovelace - $5000');
});
