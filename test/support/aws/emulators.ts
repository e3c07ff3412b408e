/**
 * The two emulators, started on loopback with ports that are free.
 *
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Service, startService } from './processes.ts';

const READY_MS = 90_000;

/** `other`: whatever answers at AWS_ENDPOINT_URL. */
export type EmulatorName = 'localstack' | 'ministack' | 'other';

export interface Emulator {
  readonly name: EmulatorName;
  readonly endpoint: string;
  readonly log: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

export interface StartSettings {
  /** The tool's own Python. */
  readonly python: string;
  /** For the emulator's files and logs. */
  readonly scratch: string;
  /** Default: one that is free. */
  readonly port?: number;
}

/** LocalStack, with Lambda functions as processes of the Node that runs this. */
export async function startLocalStack({ python, scratch, ...settings }: StartSettings): Promise<Emulator> {
  const port = settings.port ?? (await freePort());
  const folder = join(scratch, 'localstack');
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const log = join(scratch, 'localstack.log');
  const service = startService(python, ['-m', 'localstack.runtime.main'], {
    cwd: folder,
    output: { file: log },
    env: {
      ...plainEnvironment(folder, temporary),
      PATH: [dirname(python), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      PYTHONPATH: join(import.meta.dirname, 'localstack'),
      PYTHONDONTWRITEBYTECODE: '1',
      LAMBDA_RUNTIME_EXECUTOR: 'process',
      AGENTV_OPIK_LAMBDA_NODE: process.execPath,
      LOCALSTACK_VOLUME_DIR: join(folder, 'volume'),
      FILESYSTEM_ROOT: join(folder, 'volume'),
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      LOCALSTACK_HOST: `127.0.0.1:${port}`,
      SQS_ENDPOINT_STRATEGY: 'path',
      S3_SKIP_SIGNATURE_VALIDATION: '0',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DISABLE_EVENTS: '1',
      EAGER_SERVICE_LOADING: '0',
      PERSISTENCE: '0',
      DNS_ADDRESS: '0',
      LAMBDA_KEEPALIVE_MS: '60000',
      // How soon a queue is looked at again; AWS polls all the time.
      LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.05',
      LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '1',
      LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC: '2',
    },
  });
  return ready('localstack', `http://127.0.0.1:${port}`, '/_localstack/health', service, log);
}

/** MiniStack, which enforces IAM. */
export async function startMiniStack({ python, scratch, ...settings }: StartSettings): Promise<Emulator> {
  const port = settings.port ?? (await freePort());
  const folder = join(scratch, 'ministack');
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const log = join(scratch, 'ministack.log');
  const service = startService(python, ['-m', 'ministack'], {
    cwd: folder,
    output: { file: log },
    env: {
      ...plainEnvironment(folder, temporary),
      // Functions run as the `node` of its PATH, and inherit all of this.
      PATH: [dirname(process.execPath), dirname(python), '/usr/bin', '/bin'].join(delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      STATE_DIR: join(folder, 'state'),
      AUTH: 'true',
    },
  });
  return ready('ministack', `http://127.0.0.1:${port}`, '/_ministack/ready', service, log);
}

/** What the tests find at AWS_ENDPOINT_URL. */
export async function findEmulator(endpoint: string): Promise<EmulatorName> {
  const answers = async (path: string): Promise<boolean> =>
    fetch(endpoint + path).then(
      ({ ok }) => ok,
      () => false,
    );
  if (await answers('/_ministack/ready')) return 'ministack';
  return (await answers('/_localstack/health')) ? 'localstack' : 'other';
}

function plainEnvironment(home: string, temporary: string): Record<string, string> {
  return { HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', TZ: 'UTC' };
}

async function ready(
  name: EmulatorName,
  endpoint: string,
  path: string,
  service: Service,
  log: string,
): Promise<Emulator> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until && service.ended() === undefined) {
    const up = await fetch(endpoint + path, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { name, endpoint, log, pid: service.pid, stop: service.stop };
    await sleep(100);
  }
  await service.stop();
  const said = (await readFile(log, 'utf8')).split('\n').slice(-25).join('\n');
  throw new Error(`${name} did not start (${service.ended() ?? 'no answer'}); the end of its log:\n${said}`);
}

/** A port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
        else resolve(address.port);
      });
    });
  });
}
