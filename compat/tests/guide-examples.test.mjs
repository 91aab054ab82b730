// The three examples of the integrator's guide, end to end: as they are printed there, only the host, the ids and the token
// are put in. A WordPress form, run by the real PHP, makes a contact and starts what follows; a won deal is posted to Slack, by
// the guide's own server and by a workflow's step; a dashboard adds it all up.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { DASHBOARD, TO_SLACK } from '../guide.mjs';
import { curl, serve, until } from '../harness.mjs';

const run = promisify(execFile);
let server, auth, slack, handler;

before(async () => {
  server = await serve();
  auth = ['-H', `Authorization: Bearer ${server.demo.locationToken}`, '-H', 'Content-Type: application/json'];
  slack = await listen();
  handler = await listen();
});
after(async () => {
  await slack?.close();
  await handler?.close();
  await server?.stop();
});

const FORM = `function send_to_ghl($form_data) {
$webhook_url = 'https://hooks.leadconnectorhq.com/v1/hooker/YOUR_HOOK_ID?company_id=YOUR_COMPANY_ID';
$data = array(
'firstName' => $form_data['first_name'],
'lastName' => $form_data['last_name'],
'email' => $form_data['email'],
'phone' => $form_data['phone'],
'source' => 'Contact Form'
);
wp_remote_post($webhook_url, array(
'headers' => array('Content-Type' => 'application/json'),
'body' => json_encode($data)
));
}`;

// What WordPress itself brings: its HTTP function over PHP's own streams, with the headers it sends.
const WORDPRESS = `function wp_remote_post($url, $args) {
  $headers = array('User-Agent: WordPress/6.7; https://site.example', 'Connection: close');
  foreach ($args['headers'] as $name => $value) { $headers[] = $name . ': ' . $value; }
  $http = array('method' => 'POST', 'header' => $headers, 'content' => $args['body'], 'ignore_errors' => true, 'timeout' => 30);
  $body = file_get_contents($url, false, stream_context_create(array('http' => $http)));
  fwrite(STDOUT, json_encode(array('status' => $http_response_header[0], 'body' => json_decode($body, true))));
}`;

/** Runs the guide's PHP with the real interpreter for one form; what the hook answered. */
async function php(hook, form) {
  const [path, query] = hook.split('?');
  const snippet = FORM.replace('https://hooks.leadconnectorhq.com', server.url)
    .replace('YOUR_HOOK_ID', path.split('/').pop())
    .replace('YOUR_COMPANY_ID', new URLSearchParams(query).get('company_id'));
  assert.ok(snippet.includes(`${server.url}${hook}`), 'the URL of the guide is the one of the workflow');
  const program = `${WORDPRESS}\n${snippet}\nsend_to_ghl(json_decode($argv[1], true));`;
  const { stdout } = await run('php', ['-n', '-d', 'display_errors=stderr', '-r', program, '--', JSON.stringify(form)]);
  return JSON.parse(stdout);
}

/** Runs printed JavaScript: names stand for what the guide's reader has. */
const script = (source, result, names) =>
  new Function(...Object.keys(names), `${source}\nreturn ${result};`)(...Object.values(names));

const api = async (method, path, body) => {
  const more = body ? ['-d', JSON.stringify(body)] : [];
  const answer = await curl('-X', method, `${server.url}${path}`, ...auth, ...more);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** A receiver that keeps the bodies that it was posted. */
async function listen() {
  const got = [];
  let answer = (request, response) => response.writeHead(200).end('ok');
  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    request.body = JSON.parse(Buffer.concat(chunks));
    got.push(request.body);
    answer(request, response);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const close = async () => {
    http.close();
    http.closeAllConnections();
    await once(http, 'close');
  };
  return { url: `http://127.0.0.1:${http.address().port}/`, got, answerWith: given => (answer = given), close };
}

/** A published workflow. */
const workflow = async definition =>
  (await api('POST', '/leadhold/v1/workflows', { ...definition, status: 'published' })).workflow;

/** The only run of a workflow, once it has ended. */
async function finished(id) {
  const path = `/leadhold/v1/workflows/${id}/runs`;
  const [run] = await until('a finished run', async () => (await api('GET', path)).runs, ([run]) => run?.status === 'finished');
  return (await api('GET', `/leadhold/v1/runs/${run.id}`)).run;
}

test('example 1: a WordPress form adds the contact and starts the follow-up sequence', async () => {
  const followUp = await workflow({
    name: 'Contact form',
    triggers: [{ id: 'form', type: 'inbound_webhook' }],
    steps: [
      {
        id: 'add',
        type: 'create_update_contact',
        next: 'follow',
        attributes: {
          fields: Object.fromEntries(
            ['firstName', 'lastName', 'email', 'phone', 'source'].map(key => [key, `{{inboundWebhookRequest.${key}}}`]),
          ),
        },
      },
      { id: 'follow', type: 'add_contact_tag', next: 'call', attributes: { tags: ['follow up'] } },
      { id: 'call', type: 'add_task', attributes: { title: 'Call {{contact.first_name}}', due: { value: 2, unit: 'days' } } },
    ],
  });
  const form = { first_name: 'Zoë', last_name: "O'Hara", email: 'zoe@example.com', phone: '+12025550143' };
  const { status, body } = await php(followUp.inboundHookPath, form);
  assert.match(status, /^HTTP\/1\.[01] 200 /);
  assert.match(body.id, /^[A-Za-z0-9]{20}$/);
  const { steps } = await finished(followUp.id);
  assert.deepEqual(steps.map(({ stepId, error }) => [stepId, error ?? null]), [['add', null], ['follow', null], ['call', null]]);
  const { contacts } = await api('GET', '/contacts/search?email=zoe@example.com');
  const [{ id, firstName, lastName, phone, source, tags }] = contacts;
  assert.deepEqual({ firstName, lastName, phone, source, tags }, {
    firstName: 'Zoë', lastName: "O'Hara", phone: '+12025550143', source: 'Contact Form', tags: ['follow up'],
  });
  const { tasks } = await api('GET', `/contacts/${id}/tasks`);
  assert.deepEqual(tasks.map(({ title }) => title), ['Call Zoë']);
});

test('example 2: a won deal is posted to Slack, by the server of the guide and by a step', async () => {
  const told = await workflow({
    name: 'Sales channel',
    triggers: [{ id: 'won', type: 'opportunity_status_changed', filters: [{ field: 'opportunity.status', operator: 'is', value: 'won' }] }],
    steps: [{
      id: 'slack',
      type: 'slack_message',
      attributes: {
        url: `${slack.url}services/T000/B000/XXXX`,
        channel: '#sales',
        text: '🎉 New sale! {{contact.first_name}} {{contact.last_name}} - ${{opportunity.monetary_value}}',
      },
    }],
  });
  const { contact } = await api('POST', '/contacts/', { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' });
  const { opportunity } = await api('POST', '/opportunities/', {
    title: 'Website Redesign Project',
    pipelineId: server.demo.pipelineId,
    stageId: server.demo.pipelineStageIds[0],
    contactId: contact.id,
    monetaryValue: 5000,
  });
  await api('PUT', `/opportunities/${opportunity.id}/status`, { status: 'won' });

  const message = { text: '🎉 New sale! Ada Lovelace - $5000', channel: '#sales' };
  await finished(told.id);
  await until('the message of the step', async () => slack.got, got => got.length === 1);
  assert.deepEqual(slack.got, [message], 'what the step posts');

  const won = await server.receiver.next('OpportunityWon', ({ body }) => body.type === 'OpportunityWon');
  let post;
  const app = { post: (path, answer) => (post = { path, answer }) };
  script(TO_SLACK, 'null', { app, fetch, SLACK_WEBHOOK_URL: slack.url });
  assert.equal(post.path, '/ghl-webhook');
  handler.answerWith((request, response) =>
    post.answer(request, { sendStatus: code => response.writeHead(code).end() }));
  const answered = await fetch(handler.url, { method: 'POST', body: won.raw });
  assert.equal(answered.status, 200);
  await until('the message of the guide', async () => slack.got, got => got.length === 2);
  assert.deepEqual(slack.got[1], message, "what the guide's server posts");
});

test('example 3: the dashboard adds up what the other two made', async () => {
  const fetchDashboardData = script(DASHBOARD, 'fetchDashboardData', {
    fetch: (path, options) => fetch(new URL(path, server.url), options),
    authHeaders: { Authorization: `Bearer ${server.demo.locationToken}` },
    isThisMonth: contact => contact.dateAdded.slice(0, 7) === new Date().toISOString().slice(0, 7),
  });
  const { meta } = await api('GET', '/contacts/?limit=1');
  const data = await fetchDashboardData();
  assert.deepEqual(data, { totalContacts: meta.total, newContactsThisMonth: meta.total, pipelineValue: 5000 });
  assert.ok(meta.total >= 2, 'Zoë and Ada');
});
