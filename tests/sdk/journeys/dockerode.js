// A small journey with dockerode: pull, build, run with a port, follow logs, exec, stats, events, archives.
'use strict';
const assert = require('node:assert');
const http = require('node:http');
const { PassThrough } = require('node:stream');
const Docker = require('dockerode');
const tar = require('tar-stream');

const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace('unix://', '') });

const finished = (stream) =>
  new Promise((done, fail) => {
    const steps = [];
    docker.modem.followProgress(stream, (error, all) => (error ? fail(error) : done(all || steps)));
  });

const text = async (stream) => {
  let all = '';
  for await (const piece of stream) all += piece;
  return all;
};

function archive(files) {
  const pack = tar.pack();
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, content);
  pack.finalize();
  return pack;
}

async function images() {
  const steps = await finished(await docker.pull('busybox:latest'));
  assert(steps.some((step) => /^Status: Downloaded newer image/.test(step.status)));
  const context = archive({ Dockerfile: 'FROM busybox\nCOPY hola /hola\nRUN echo built\n', hola: 'hola\n' });
  const built = await finished(await docker.buildImage(context, { t: 'propia:1' }));
  assert(built.some((step) => step.stream === 'built\n'));
  assert((await docker.listImages()).some((image) => (image.RepoTags || []).includes('propia:1')));
  const failing = archive({ Dockerfile: 'FROM busybox\nRUN false\n' });
  const failed = await finished(await docker.buildImage(failing, { forcerm: true }));
  assert.match(failed.at(-1).error, /non-zero code: 1/);
  assert.strictEqual(failed.at(-1).errorDetail.code, 1);
}

async function output() {
  const out = new PassThrough();
  const [result, container] = await docker.run('propia:1', ['cat', '/hola'], out);
  assert.strictEqual(result.StatusCode, 0);
  out.end();
  assert.strictEqual(await text(out), 'hola\r\n'); // it asks for a terminal
  await container.remove();
  await assert.rejects(docker.run('no/such', ['x'], new PassThrough()), (e) => e.statusCode === 404);
}

async function service() {
  const container = await docker.createContainer({
    Image: 'httpd:2.4', name: 'web', ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }] } },
  });
  await container.start();
  const seen = await container.inspect();
  const port = seen.NetworkSettings.Ports['80/tcp'][0].HostPort;
  const page = await new Promise((done, fail) =>
    http.get({ host: '127.0.0.1', port }, (answer) => done(text(answer))).on('error', fail));
  assert.match(page, /It works!/);
  const usage = await container.stats({ stream: false });
  assert(usage.memory_stats.limit > 0 && usage.name === '/web');
  await container.stop();
  await container.remove();
}

async function shell() {
  const container = await docker.createContainer({
    Image: 'busybox', Cmd: ['sh', '-c', 'while read line; do echo "<$line>"; done'],
    OpenStdin: true, StdinOnce: true, name: 'eco',
  });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const [out, err] = [new PassThrough(), new PassThrough()];
  container.modem.demuxStream(stream, out, err);
  stream.on('end', () => out.end());
  await container.start();
  stream.write('uno\n');
  stream.end('dos\n');
  assert.strictEqual(await text(out), '<uno>\n<dos>\n');
  assert.strictEqual((await container.wait()).StatusCode, 0);
  const logs = await container.logs({ stdout: true, stderr: true });
  assert(logs.toString().includes('<uno>'));
  await container.remove();
}

async function running() {
  const container = await docker.createContainer({
    Image: 'busybox', name: 'largo', Cmd: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.1; done; sleep 300'],
  });
  await container.start();
  const followed = await container.logs({ stdout: true, follow: true });
  const out = new PassThrough();
  container.modem.demuxStream(followed, out, out);
  let lines = '';
  for await (const piece of out) if ((lines += piece).endsWith('3\n')) break;
  assert.strictEqual(lines, '1\n2\n3\n');
  const exec = await container.exec({ Cmd: ['sh', '-c', 'echo in; exit 7'], AttachStdout: true });
  const stream = await exec.start({ hijack: true });
  const said = new PassThrough();
  container.modem.demuxStream(stream, said, said);
  stream.on('end', () => said.end());
  assert.strictEqual(await text(said), 'in\n');
  assert.strictEqual((await exec.inspect()).ExitCode, 7);
  await container.putArchive(archive({ nota: 'copiada\n' }), { path: '/tmp' });
  const extract = tar.extract();
  const names = [];
  extract.on('entry', (header, body, next) => { names.push(header.name); body.on('end', next); body.resume(); });
  (await container.getArchive({ path: '/tmp/nota' })).pipe(extract);
  await new Promise((done) => extract.on('finish', done));
  assert.deepStrictEqual(names, ['nota']);
  assert((await container.changes()).some((change) => change.Path === '/tmp/nota' && change.Kind === 1));
  await container.kill();
  await container.remove({ force: true });
}

async function events(journey) {
  const stream = await docker.getEvents({ filters: { type: ['container'] } });
  const actions = [];
  stream.on('data', (piece) => {
    for (const line of piece.toString().split('\n').filter(Boolean)) actions.push(JSON.parse(line).Action);
  });
  await journey();
  await new Promise((done) => setTimeout(done, 200));
  stream.destroy();
  for (const action of ['create', 'attach', 'start', 'die', 'destroy']) assert(actions.includes(action), action);
}

(async () => {
  assert.strictEqual((await docker.ping()).toString(), 'OK');
  await images();
  await finished(await docker.pull('httpd:2.4'));
  await events(output);
  await service();
  await shell();
  await running();
  assert.deepStrictEqual(await docker.listContainers({ all: true }), []);
  console.log('done');
})().catch((error) => { console.error(error); process.exit(1); });
